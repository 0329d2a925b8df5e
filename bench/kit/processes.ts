import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

/** A process of the gateway's own, started from `dist/`. */
export interface BenchProcess {
  readonly child: ChildProcess;
  /** Resident memory now and at its highest, in bytes, as the kernel accounts it. */
  memory(): Promise<{ rssBytes: number; peakRssBytes: number }>;
  stop(): Promise<void>;
}

/** As `npm start` starts it. */
const HEAP_FLAGS = ['--max-old-space-size=512', '--max-semi-space-size=8'];

const root = join(import.meta.dirname, '..', '..');

async function start(
  args: readonly string[],
  { env = {}, firstLine }: { env?: Record<string, string>; firstLine?: (line: string) => boolean },
): Promise<{ process: BenchProcess; line: string }> {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { NODE_ENV: 'production', PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const line = await new Promise<string>((resolve, reject) => {
    if (firstLine === undefined) resolve('');
    lines.on('line', (text) => firstLine?.(text) === true && resolve(text));
    child.once('exit', (code) => reject(new Error(`${args.join(' ')} ended with ${code} before it was ready`)));
  });
  return {
    line,
    process: {
      child,
      async memory() {
        const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
        const kib = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? Number.NaN);
        return { rssBytes: kib('VmRSS') * 1_024, peakRssBytes: kib('VmHWM') * 1_024 };
      },
      async stop() {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const ended = once(child, 'exit');
        child.kill('SIGTERM');
        await ended;
      },
    },
  };
}

const isJson = (line: string) => line.startsWith('{');

export async function startSandboxProcess(options: {
  contacts: number;
  lists?: number;
  rateLimit: boolean;
}): Promise<BenchProcess & { url: string }> {
  const { process: started, line } = await start(
    [
      'dist/sandbox/main.js',
      ...['--port', '0', '--contacts', String(options.contacts), '--lists', String(options.lists ?? 12)],
      ...['--seed', '1', '--rate-limit', options.rateLimit ? 'on' : 'off'],
    ],
    { firstLine: isJson },
  );
  return { ...started, url: JSON.parse(line).url };
}

export async function startMongoProcess(): Promise<BenchProcess & { uri: string }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'csg-bench-'));
  const { process: started, line } = await start(['dist/store/embedded/main.js', '--data-dir', dataDir], {
    firstLine: isJson,
  });
  return {
    ...started,
    uri: JSON.parse(line).uri,
    async stop() {
      await started.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A script of the bench that says `{"url": "..."}` first. */
export async function startNodeProcess(
  script: string,
  args: readonly string[],
): Promise<BenchProcess & { url: string }> {
  const { process: started, line } = await start(['--import', 'jiti/register', script, ...args], { firstLine: isJson });
  return { ...started, url: JSON.parse(line).url };
}

/** The URI of one database of that server. */
export function databaseUri(uri: string, database: string): string {
  const [, server = uri, query = ''] = /^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/[^?]*)?(\?.*)?$/.exec(uri) ?? [];
  return `${server}/${database}${query}`;
}

/** A gateway without a schedule, on a sandbox and a store of the bench. */
export async function startGatewayProcess(options: {
  sandboxUrl: string;
  mongodbUri: string;
  requestsPerSecond: number;
  env?: Record<string, string>;
}): Promise<BenchProcess & { url: string }> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const { process: started } = await start([...HEAP_FLAGS, 'dist/main.js'], {
    env: {
      HOST: '127.0.0.1',
      PORT: String(port),
      MONGODB_URI: options.mongodbUri,
      CC_ACCESS_TOKEN: 'sandbox',
      CC_API_URL: `${options.sandboxUrl}/v3`,
      CC_REQUESTS_PER_SECOND: String(options.requestsPerSecond),
      CC_REQUESTS_PER_DAY: '1000000',
      SYNC_SCHEDULE: 'off',
      FULL_SYNC_SCHEDULE: 'off',
      LOG_LEVEL: 'warn',
      LOG_FORMAT: 'json',
      ...options.env,
    },
  });
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await delay(50)) {
    if (started.child.exitCode !== null) throw new Error(`the gateway ended with ${started.child.exitCode}`);
    const ready = await fetch(`${url}/health/ready`).catch(() => null);
    if (ready?.ok === true) return { ...started, url };
  }
  throw new Error('the gateway was not ready within a minute');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
