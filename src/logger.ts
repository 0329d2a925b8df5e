import { pino } from 'pino';
import { PinoPretty } from 'pino-pretty';

/** Fields first, a fixed sentence second: `logger.info({ runId, page }, 'page stored')`. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(fields: object): Logger;
}

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const SECRET_FIELDS = [
  'token',
  'accessToken',
  'refreshToken',
  'authorization',
  'secret',
  'password',
  'email',
  'apiKey',
];
const REDACTED_PATHS = SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]);
/** One walk over the text, however long: a pattern of the whole address would try each of its characters as a beginning. */
const WORD_PATTERN = /[^\s"'<>:,;]+/g;
/** `Bearer ...`, as help says it, holds no secret. */
const BEARER_PATTERN = /(bearer|basic)\s+(?!\.{3}(?![a-z0-9._~+/=-]))[a-z0-9._~+/=-]+/gi;
const MONGODB_PASSWORD_PATTERN = /(mongodb(?:\+srv)?:\/\/[^:@/\s]*):[^@/\s]*@/gi;

/** Also where more stands around it. A slash before the sign is no address but the folder of a package, as in stacks. */
function hasEmail(word: string): boolean {
  const parts = word.split('@');
  return parts.some((domain, index) => {
    const before = parts[index - 1]?.at(-1);
    return before !== undefined && before !== '/' && /.\../.test(domain);
  });
}

/** Takes secrets and email addresses out of free text (error messages, stacks). */
export function redactText(text: string): string {
  return text
    .replace(MONGODB_PASSWORD_PATTERN, '$1:[redacted]@')
    .replace(BEARER_PATTERN, '$1 [redacted]')
    .replace(WORD_PATTERN, (word) => (hasEmail(word) ? '[email]' : word));
}

function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  return {
    name: error.name,
    ...('code' in error ? { code: error.code } : {}),
    message: redactText(error.message),
    stack: redactText(error.stack ?? ''),
    ...(error.cause === undefined ? {} : { cause: serializeError(error.cause) }),
  };
}

/** Logs go to stderr: stdout belongs to what a command answers. */
export function createLogger({ level, format }: { level: LogLevel; format: 'pretty' | 'json' }): Logger {
  const options = {
    level,
    base: null,
    redact: { paths: REDACTED_PATHS, censor: '[redacted]' },
    serializers: { error: serializeError },
  };
  if (format === 'json') return pino(options, pino.destination({ dest: 2, sync: true }));
  // In this process, not in pino's worker: what is logged last must come out even when the process is about to end.
  return pino(
    options,
    PinoPretty({ destination: 2, sync: true, translateTime: 'HH:MM:ss', ignore: 'pid,hostname', singleLine: true }),
  );
}

export const silentLogger: Logger = pino({ level: 'silent' });
