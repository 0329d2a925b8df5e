import { parseArgs } from 'node:util';
import { isDomainError } from '../../domain-error.ts';
import { createLogger } from '../../logger.ts';
import { startEngine } from './engine.ts';

const USAGE = 'usage: npm run mongo -- --data-dir DIR\n';

/**
 * The engine alone (`npm run mongo -- --data-dir DIR`). The first line of stdout is `{"uri": "..."}`, for any number of
 * processes of this user. Exit codes: 0 stopped by SIGTERM or SIGINT, 1 failed, 2 bad usage or an unusable folder.
 */
async function main(): Promise<number> {
  const dataDir = readDataDir();
  if (dataDir === undefined) {
    process.stderr.write(USAGE);
    return 2;
  }
  const logger = createLogger({ level: 'info', format: process.stderr.isTTY ? 'pretty' : 'json' });
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => stop.abort());
  const stopped = new Promise<void>((resolve) => {
    stop.signal.addEventListener('abort', () => resolve(), { once: true });
  });

  let lost = false;
  try {
    const engine = await startEngine({
      dataDir,
      logger,
      signal: stop.signal,
      onLost() {
        lost = true;
        stop.abort();
      },
    });
    process.stdout.write(`${JSON.stringify({ uri: engine.uri })}\n`);
    // Nothing else keeps this process alive: the pipes to the engine's own process do, until it ends.
    await stopped;
    await engine.close();
    return lost ? 1 : 0;
  } catch (error) {
    if (stop.signal.aborted && !lost) return 0;
    logger.error({ error }, isDomainError(error) ? error.message : 'the engine could not be started');
    return isDomainError(error, 'CONFIG_INVALID') ? 2 : 1;
  }
}

function readDataDir(): string | undefined {
  try {
    const { values } = parseArgs({ options: { 'data-dir': { type: 'string' } }, strict: true });
    return values['data-dir'] === '' ? undefined : values['data-dir'];
  } catch {
    // parseArgs throws on an unknown option or a stray argument: bad usage, like a missing one.
    return undefined;
  }
}

process.exitCode = await main();
