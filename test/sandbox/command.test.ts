import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { connect, openSandbox } from './sandbox-client.ts';

const JITI = fileURLToPath(new URL('../../node_modules/jiti/lib/jiti-cli.mjs', import.meta.url));
const MAIN = fileURLToPath(new URL('../../src/sandbox/main.ts', import.meta.url));

function run(...flags: string[]): ChildProcess {
  const child = spawn(process.execPath, [JITI, MAIN, ...flags], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return child;
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('the child has no stdout');
  for await (const line of createInterface(child.stdout)) return line;
  throw new Error('the child said nothing');
}

async function ended(child: ChildProcess): Promise<{ code: number | null; stderr: string }> {
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const [code] = await once(child, 'close');
  return { code, stderr };
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  'tells its address first, serves what was asked for, and ends on %s',
  async (signal) => {
    const child = run('--contacts', '30', '--lists', '3', '--seed', '9', '--rate-limit', 'off');
    const { url, token } = JSON.parse(await firstLine(child));
    expect(token).toBe('sandbox');
    const sandbox = connect(url);
    expect((await sandbox.get('/contact_lists?limit=50')).body.lists).toHaveLength(3);
    expect(await sandbox.walk('limit=500')).toEqual(
      await (await openSandbox({ contacts: 30, lists: 3, seed: 9 })).walk('limit=500'),
    );
    const end = ended(child);
    child.kill(signal);
    expect(await end).toEqual({ code: 0, stderr: '' });
  },
);

test.each([
  [['--contacts', 'many'], '--contacts'],
  [['--rate-limit', 'maybe'], '--rate-limit'],
  [['--colour', 'red'], '--colour'],
  [['extra'], 'extra'],
])('refuses %j with exit code 2 and the usage', async (flags, named) => {
  const { code, stderr } = await ended(run(...flags));
  expect(code).toBe(2);
  expect(stderr).toContain(named);
  expect(stderr).toContain('Usage: npm run sandbox');
});

test('a port that is taken is an error, not a crash', async () => {
  const { port } = new URL((await openSandbox()).url);
  const { code, stderr } = await ended(run('--port', port));
  expect(code).toBe(1);
  expect(stderr).toMatch(/^The sandbox failed: listen EADDRINUSE/);
});
