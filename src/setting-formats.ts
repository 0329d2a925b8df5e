import { validate as isCronExpression } from 'node-cron';
import { z } from 'zod';

export const SCOPES = ['contacts:read', 'contacts:write', 'sync:read', 'sync:write', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

export interface ApiKey {
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** SHA-256 of the key; the key itself is known to its owner alone. */
  readonly sha256: Buffer;
}

const LOOPBACK_HOSTS = /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/i;

/** True for an address that only this machine reaches. */
export function isLoopback(host: string): boolean {
  return LOOPBACK_HOSTS.test(host);
}

export const integer = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be a whole number from ${min} to ${max}`);

/** Plain http would show tokens and keys to everyone on the way: on this machine only. */
export const url = () =>
  z
    .string()
    .refine((value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol), {
      error: 'must be an http or https address',
      abort: true,
    })
    .refine((value) => new URL(value).protocol === 'https:' || isLoopback(new URL(value).hostname), {
      error: 'must be an https address (http is for this machine only)',
      abort: true,
    })
    .refine((value) => new URL(value).username === '' && new URL(value).password === '', {
      error: 'must hold no user name and no password',
    })
    .transform((value) => value.replace(/\/+$/, ''));

/** A collector stands in the same network as a rule, without https. */
export const collectorUrl = z
  .string()
  .refine((value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol), {
    error: 'must be an http or https address',
    abort: true,
  })
  .refine((value) => new URL(value).username === '' && new URL(value).password === '', {
    error: 'must hold no user name and no password: send a header by OTEL_EXPORTER_OTLP_HEADERS',
  })
  .transform((value) => value.replace(/\/+$/, ''));

export const bearerToken = z.string().regex(/^[\w.~+/=-]+$/, 'must be a bearer token: letters, digits and -._~+/=');

/** `name=value&name=value`, encoded as a form. */
export const formFields = z
  .string()
  .regex(/^[\w.-]+=[^&=\s]+(&[\w.-]+=[^&=\s]+)*$/, 'must be a form: name=value&name=value');

/** As a browser sends it: lower case, without a path and the standard port. So it is compared as text. */
export const origin = z
  .string()
  .refine((value) => URL.canParse(value) && new URL(value).origin === value, {
    error: 'must be an origin such as https://app.example.com: in lower case, no path, no *',
    abort: true,
  })
  .refine((value) => value.startsWith('https:') || isLoopback(new URL(value).hostname), {
    error: 'must be an https origin (http is for this machine only)',
  });

export const overloadLag = () =>
  z
    .string()
    .regex(/^(off|[1-9]\d{1,5})$/, 'must be a number of milliseconds from 10 on, or `off`')
    .transform((value) => (value === 'off' ? null : Number(value)));

export const schedule = () =>
  z
    .string()
    .refine((value) => value === 'off' || isCronExpression(value), 'must be a cron expression or `off`')
    .transform((value) => (value === 'off' ? null : value));

export const retentionDays = () =>
  z
    .string()
    .regex(/^(off|[1-9]\d{0,4})$/, 'must be a number of days, or `off` to keep everything')
    .transform((value) => (value === 'off' ? null : Number(value)));

export function isTimezone(value: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: value });
    return true;
  } catch {
    return false;
  }
}

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

export const commaSeparated = <T extends z.ZodType<unknown, string>>(item: T) =>
  z
    .string()
    .transform((value) => value.split(',').map((part) => part.trim()))
    .pipe(z.array(item));

export const base64Key = z
  .string()
  .refine(
    (value) => BASE64.test(value) && Buffer.from(value, 'base64').length === 32,
    'must be 32 bytes in base64 (make one: openssl rand -base64 32)',
  )
  .transform((value) => Buffer.from(value, 'base64'));

export const webhookSecret = z
  .string()
  .refine((value) => {
    const bytes = /^whsec_(.+)$/.exec(value)?.[1] ?? '';
    const length = BASE64.test(bytes) ? Buffer.from(bytes, 'base64').length : 0;
    return length >= 24 && length <= 64;
  }, 'must be `whsec_` and 24 to 64 bytes in base64')
  .transform((value) => Buffer.from(value.slice('whsec_'.length), 'base64'));

/** What a key may be called. */
export const API_KEY_NAME = /^[\w.-]{1,64}$/;

const API_KEY_FORM = 'must be name:scope+scope:sha256-of-key (64 hexadecimal digits)';

const apiKey = z
  .string()
  .regex(/^[\w.-]{1,64}:[a-z:+]+:[0-9a-f]{64}$/i, { error: API_KEY_FORM, abort: true })
  .transform((value): { name: string; scopes: string[]; sha256: Buffer } => ({
    name: value.slice(0, value.indexOf(':')),
    scopes: value.slice(value.indexOf(':') + 1, value.lastIndexOf(':')).split('+'),
    sha256: Buffer.from(value.slice(value.lastIndexOf(':') + 1), 'hex'),
  }))
  .pipe(
    z.object({
      name: z.string(),
      scopes: z.array(z.enum(SCOPES, `knows the scopes ${SCOPES.join(', ')}`)),
      sha256: z.instanceof(Buffer),
    }),
  );

export const apiKeys = commaSeparated(apiKey).refine(
  (keys) => new Set(keys.map(({ name }) => name)).size === keys.length,
  'gives one name to two keys',
);
