import { execFile } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createWorkingDir, startGateway } from '../start/gateway-process.ts';
import { ROOT } from './page.ts';

const FIRST_SYNC_LIMIT_MS = 60_000;
/** Of a block: long for a machine that does other things, too. */
const COMMAND_LIMIT_MS = 100_000;

/** Answers its stdout. @throws with all that it said where it fails */
function execute(
  program: string,
  args: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { ...options, timeout: COMMAND_LIMIT_MS }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${args.at(-1)}\n${stdout}${stderr}`, { cause: error }));
    });
  });
}

/** The demo, as `npm start` starts it, with its first sync done. */
export interface Demo {
  readonly url: string;
  readonly sandboxUrl: string;
  /** Answers the text as it came, and its media type. */
  graphql(query: string): Promise<{ readonly text: string; readonly isStream: boolean }>;
  /** A shell that keeps its variables from block to block. @throws where a command fails */
  openShell(): Promise<(script: string) => Promise<string>>;
  /** Compiles and runs TypeScript, as in a project that has the client. @throws where either fails */
  runTypeScript(code: string): Promise<string>;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function startDemo(settings: Readonly<Record<string, string>>): Promise<Demo> {
  const dir = await createWorkingDir();
  const gateway = startGateway({ cwd: dir.path, settings });
  const [, url = ''] = await gateway.says(/GraphQL\s+(http:\S+)\/graphql/);
  const [, sandboxUrl = ''] = await gateway.says(/Sandbox\s+(http:\S+)/);
  const bin = join(dir.path, 'bin');
  await mkdir(bin);
  // What npx finds in the folder of the gateway, without its own start.
  const csg = `#!/bin/sh\nshift\nexec '${process.execPath}' '${join(ROOT, 'dist', 'cli', 'main.js')}' "$@"\n`;
  await writeFile(join(bin, 'npx'), csg, { mode: 0o755 });

  const graphql: Demo['graphql'] = async (query) => {
    const accept = /^\s*subscription\b/.test(query) ? 'text/event-stream' : 'application/json';
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept },
      body: JSON.stringify({ query }),
      signal: AbortSignal.timeout(COMMAND_LIMIT_MS),
    });
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false;
    return { text: await response.text(), isStream };
  };

  const deadline = Date.now() + FIRST_SYNC_LIMIT_MS;
  while (!(await graphql('{ syncStatus { lastSucceeded { id } } }')).text.includes('"id"')) {
    if (Date.now() > deadline) throw new Error(`the first sync did not end:\n${gateway.output()}`);
    await delay(100);
  }

  let shells = 0;
  return {
    url,
    sandboxUrl,
    graphql,
    async openShell() {
      shells += 1;
      const state = join(dir.path, `shell-${shells}`);
      await writeFile(state, '');
      const env = { PATH: `${bin}:${process.env['PATH']}`, HOME: process.env['HOME'], CSG_URL: url };
      return async (script) => {
        const text = `set -euo pipefail; set -a; . '${state}'; set +u\n${script}\nexport -p > '${state}'\n`;
        return await execute('bash', ['-c', text], { cwd: dir.path, env });
      };
    },
    async runTypeScript(code) {
      const file = join(dir.path, 'block.mts');
      await writeFile(file, code);
      const include = [file];
      const config = {
        extends: join(ROOT, 'tsconfig.json'),
        compilerOptions: { rootDir: '/', rewriteRelativeImportExtensions: false },
        include,
      };
      await writeFile(join(dir.path, 'tsconfig.json'), JSON.stringify(config));
      await symlink(join(ROOT, 'node_modules'), join(dir.path, 'node_modules')).catch(() => {});
      const run = { cwd: dir.path, env: { PATH: process.env['PATH'] } };
      await execute(process.execPath, [join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', dir.path], run);
      return await execute(process.execPath, ['--import', 'jiti/register', file], run);
    },
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await dir[Symbol.asyncDispose]();
    },
  };
}
