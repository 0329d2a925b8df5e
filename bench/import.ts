// `csg import` of a CSV file of 100,000 rows into an empty store, by a gateway of its own; then the same file again.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { databaseUri, startMongoProcess, startSandboxProcess } from './kit/processes.ts';

const ROWS = 100_000;
/** Of `/proc/PID/stat`. */
const TICKS_PER_SECOND = 100;
const TARGET = { rowsPerSecond: 5_000, peakMiB: 200 };
const root = join(import.meta.dirname, '..');

async function writeRows(path: string): Promise<void> {
  const file = await open(path, 'w');
  await file.write('Email,First name,Last name,Company,Phone,phone1.kind\n');
  for (let row = 0; row < ROWS; row += 1_000) {
    const lines = Array.from({ length: 1_000 }, (_, index) => row + index).map(
      (n) => `person.${n}@example.com,First ${n},"Last, ${n}",A company of some length,+1 555 ${n},work\n`,
    );
    await file.write(lines.join(''));
  }
  await file.close();
}

interface Import {
  readonly seconds: number;
  readonly peakMiB: number;
  /** Of the command alone: says the same on a machine that has other things to do. */
  readonly cpuSeconds: number;
  readonly summary: { readonly rows: number; readonly created: number; readonly unchanged: number };
}

/** The whole command: its start and the opening of the store included. */
async function importFile(path: string, env: Record<string, string>): Promise<Import> {
  const startedAt = performance.now();
  const child = spawn(join(root, 'bin/csg'), ['import', path, '--json'], {
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  const ended = once(child, 'close');
  let peakKib = 0;
  let cpuTicks = 0;
  while (child.exitCode === null && child.signalCode === null) {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
    peakKib = Math.max(peakKib, Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0));
    const stat = await readFile(`/proc/${child.pid}/stat`, 'utf8').catch(() => '');
    const [user = 0, system = 0] = stat.split(' ').slice(13, 15).map(Number);
    cpuTicks = Math.max(cpuTicks, user + system);
    await Promise.race([ended, delay(50)]);
  }
  await ended;
  if (child.exitCode !== 0) throw new Error(`csg import ended with ${child.exitCode}: ${stdout}`);
  return {
    seconds: (performance.now() - startedAt) / 1_000,
    peakMiB: Math.round(peakKib / 1_024),
    cpuSeconds: cpuTicks / TICKS_PER_SECOND,
    summary: JSON.parse(stdout),
  };
}

const folder = await mkdtemp(join(tmpdir(), 'csg-bench-import-'));
const sandbox = await startSandboxProcess({ contacts: 0, rateLimit: false });
const mongo = await startMongoProcess();
try {
  const path = join(folder, 'rows.csv');
  await writeRows(path);
  const env = {
    PORT: '0',
    MONGODB_URI: databaseUri(mongo.uri, 'import'),
    CC_ACCESS_TOKEN: 'sandbox',
    CC_API_URL: `${sandbox.url}/v3`,
  };
  const first = await importFile(path, env);
  const again = await importFile(path, env);
  const rowsPerSecond = Math.round(ROWS / first.seconds);
  const peakMiB = Math.max(first.peakMiB, again.peakMiB);
  process.stdout.write(
    `${JSON.stringify({
      bench: 'import',
      rows: ROWS,
      rowsPerSecond,
      rowsPerSecondAgain: Math.round(ROWS / again.seconds),
      peakMiB,
      cpuSeconds: first.cpuSeconds,
      created: first.summary.created,
      unchangedAgain: again.summary.unchanged,
      target: TARGET,
      met:
        rowsPerSecond >= TARGET.rowsPerSecond &&
        peakMiB < TARGET.peakMiB &&
        first.summary.created === ROWS &&
        again.summary.unchanged === ROWS,
    })}\n`,
  );
} finally {
  await mongo.stop();
  await sandbox.stop();
  await rm(folder, { recursive: true, force: true });
}
