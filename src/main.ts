import { createBanner } from './banner.ts';
import { type Config, parseConfig } from './config.ts';
import { type DomainError, isDomainError } from './domain-error.ts';
import { type Gateway, openGateway } from './gateway.ts';
import { createLogger, type Logger, redactText } from './logger.ts';

/** Everything has to be stopped within this time; what is not is left to the end of the process. */
const STOP_LIMIT_MS = 4_500;
/** Ctrl-C under npm reaches us twice: from the terminal, and passed on by npm. */
const SAME_SIGNAL_MS = 300;

/** 0: stopped as asked; 1: failed; 2: settings; 130: interrupted before all was started or stopped. */
const EXIT = { stopped: 0, failed: 1, settings: 2, interrupted: 130 } as const;

function readConfig(): Config | null {
  try {
    return parseConfig(process.env);
  } catch (error) {
    if (!isDomainError(error, 'CONFIG_INVALID')) throw error;
    process.stderr.write(`${error.message}\n`);
    return null;
  }
}

/** Aborts on the first signal; a second one, when it is not the echo of the first, ends the process at once. */
function listenForSignals(stop: AbortController, logger: Logger): void {
  let firstAt: number | undefined;
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (firstAt === undefined) {
        firstAt = performance.now();
        logger.info({ signal: name }, 'stopping; the same again ends at once');
        stop.abort();
      } else if (performance.now() - firstAt > SAME_SIGNAL_MS) {
        process.exit(EXIT.interrupted);
      }
    });
  }
}

function exitOnDefect(logger: Logger): void {
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      logger.error({ error }, 'a defect ended the gateway');
      process.exit(EXIT.failed);
    });
  }
}

async function start(config: Config, logger: Logger, stop: AbortController): Promise<Gateway | number> {
  const onLost = (error: DomainError) => stop.abort(error);
  try {
    return await openGateway({ config, logger, signal: stop.signal, onLost });
  } catch (error) {
    if (stop.signal.aborted && !isDomainError(stop.signal.reason)) return EXIT.interrupted;
    if (!isDomainError(error)) {
      logger.error({ error }, 'the gateway could not start');
      return EXIT.failed;
    }
    logger.debug({ error }, 'the gateway could not start');
    process.stderr.write(`The gateway could not start (${error.code}).\n${redactText(error.message)}\n`);
    return error.code === 'CONFIG_INVALID' ? EXIT.settings : EXIT.failed;
  }
}

async function main(): Promise<number> {
  const config = readConfig();
  if (config === null) return EXIT.settings;
  const format = config.log.format ?? (process.stderr.isTTY ? 'pretty' : 'json');
  const logger = createLogger({ level: config.log.level, format });
  exitOnDefect(logger);
  const stop = new AbortController();
  listenForSignals(stop, logger);
  // A reader of the banner that has gone (`npm start | head -1`) is no reason to end.
  process.stdout.on('error', () => {});

  const gateway = await start(config, logger, stop);
  if (typeof gateway === 'number') return gateway;
  // A store that has gone a moment ago is waited for, here as later.
  const status = await gateway.status().catch(() => null);
  process.stdout.write(createBanner({ gateway, status, dataDir: config.store.dataDir }));

  if (!stop.signal.aborted) {
    await new Promise<void>((resolve) => stop.signal.addEventListener('abort', () => resolve(), { once: true }));
  }
  const limit = setTimeout(() => {
    logger.error({ limitMs: STOP_LIMIT_MS }, 'the gateway did not stop in time');
    process.exit(EXIT.failed);
  }, STOP_LIMIT_MS);
  const clean = await gateway.close();
  clearTimeout(limit);
  logger.info({}, 'stopped');
  return clean && !isDomainError(stop.signal.reason) ? EXIT.stopped : EXIT.failed;
}

process.exit(await main());
