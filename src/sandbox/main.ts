import { parseArgs } from 'node:util';
import { z } from 'zod';
import { type SandboxOptions, startSandbox } from './server.ts';

const USAGE =
  'Usage: npm run sandbox -- [--port 4010] [--contacts 5000] [--lists 12] [--seed 1] [--rate-limit on|off] [--host 127.0.0.1]';

const flagsSchema = z.object({
  port: z.coerce.number().int().min(0).max(65_535).default(0),
  contacts: z.coerce.number().int().min(0).max(5_000_000).default(5_000),
  lists: z.coerce.number().int().min(0).max(1_000).default(12),
  seed: z.coerce.number().int().min(0).max(0xffff_ffff).default(1),
  'rate-limit': z.enum(['on', 'off']).default('on'),
  host: z.string().min(1).default('127.0.0.1'),
});

function parseFlags(args: readonly string[]): SandboxOptions {
  const text = { type: 'string' } as const;
  const options = { port: text, contacts: text, lists: text, seed: text, 'rate-limit': text, host: text };
  const { values } = parseArgs({ args: [...args], options, strict: true });
  const result = flagsSchema.safeParse(values);
  if (!result.success) {
    throw new Error(result.error.issues.map((issue) => `--${issue.path.join('.')}: ${issue.message}`).join('\n'));
  }
  const { 'rate-limit': rateLimit, ...rest } = result.data;
  return { ...rest, rateLimit: rateLimit === 'on' };
}

/** Exit codes: 0 ended by a signal, 1 could not start, 2 bad usage. */
async function main(): Promise<void> {
  let options: SandboxOptions;
  try {
    options = parseFlags(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
    process.exitCode = 2;
    return;
  }
  const sandbox = await startSandbox(options);
  const stop = () => {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
    sandbox.close().catch(fail);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  process.stdout.write(`${JSON.stringify({ url: sandbox.url, token: sandbox.token })}\n`);
}

function fail(error: unknown): void {
  process.stderr.write(`The sandbox failed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

main().catch(fail);
