import { z } from 'zod';
import type { PartnerCredentials } from './constant-contact/partner-token.ts';
import { DomainError } from './domain-error.ts';
import { fieldPolicySetting } from './field-policy-setting.ts';
import { LOG_LEVELS, type LogLevel } from './logger.ts';
import {
  type ApiKey,
  apiKeys,
  base64Key,
  bearerToken,
  collectorUrl,
  commaSeparated,
  formFields,
  integer,
  isLoopback,
  isTimezone,
  origin,
  overloadLag,
  retentionDays,
  schedule,
  url,
  webhookSecret,
} from './setting-formats.ts';
import type { FieldPolicy } from './sync/decide/merge-fields.ts';
import { IMPORT_FORMATS, type ImportFormat } from './sync/decide/push-limits.ts';

export { API_KEY_NAME, type ApiKey, isLoopback, SCOPES, type Scope } from './setting-formats.ts';

export interface AccountConfig {
  readonly kind: 'account';
  readonly apiUrl: string;
  readonly authUrl: string;
  readonly oauth: {
    readonly clientId: string;
    readonly clientSecret: string | null;
    readonly redirectUri: string | null;
  } | null;
  readonly accessToken: string | null;
}

export interface Config {
  readonly server: {
    readonly host: string;
    readonly port: number;
    /** Origins of pages, as browsers send them, that may use GraphQL; of the gateway's own pages nothing is said here. */
    readonly corsOrigins: readonly string[];
    /** How long the event loop may be late before operations are turned away; null: however long. */
    readonly overloadLagMs: number | null;
    /** How long a query or mutation may take. */
    readonly operationTimeLimitMs: number;
  };
  /** `uri` null: the embedded engine, in `dataDir`. */
  readonly store: { readonly uri: string | null; readonly dataDir: string };
  /** `sandbox`: the demo, with an imitation of Constant Contact inside. */
  readonly primary: { readonly kind: 'sandbox' } | AccountConfig;
  /** Null: webhook subscriptions cannot be managed. In the demo the sandbox's own is used. */
  readonly partner: PartnerCredentials | null;
  readonly budget: { readonly requestsPerSecond: number; readonly requestsPerDay: number };
  /** Newest first; the others only decrypt. */
  readonly tokenKeys: readonly Buffer[];
  readonly auth: {
    readonly apiKeys: readonly ApiKey[];
    /** Of each caller, by this process. */
    readonly requestsPerMinute: number;
    readonly jwt: { readonly jwksUrl: string; readonly issuer: string; readonly audience: string } | null;
  };
  /** Who wins a field that both sides changed. */
  readonly fieldPolicy: FieldPolicy;
  /** How a push sends its bulk imports. */
  readonly importFormat: ImportFormat;
  readonly graphql: {
    /** Whether callers may ask for the schema, and are told what a wrong name may have meant. */
    readonly introspection: boolean;
    /** Only listed operations are answered. */
    readonly persistedOnly: boolean;
    /** A file of more listed operations. */
    readonly operationFile: string | null;
  };
  /** Cron expressions; null: switched off. */
  readonly schedule: {
    readonly incremental: string | null;
    readonly full: string | null;
    readonly push: string | null;
    readonly timezone: string;
  };
  /** In days; null: kept for good. */
  readonly retention: { readonly events: number | null; readonly runs: number | null; readonly history: number | null };
  readonly webhooks: { readonly constantContactJwksUrl: string; readonly secrets: readonly Buffer[] };
  /** Where traces are sent, without `/v1/traces`; null: there are none. */
  readonly tracing: { readonly endpoint: string | null };
  /** `format` null: pretty on a terminal, else JSON. */
  readonly log: { readonly level: LogLevel; readonly format: 'pretty' | 'json' | null };
}

/**
 * Every setting of the gateway, with what it means: the reference in docs/ is written from this. The default that is
 * shown is that of `default()`; what a setting without one leaves out is said in its meaning.
 */
export const settingsSchema = z.object({
  HOST: z
    .string()
    .regex(/^[A-Za-z0-9.:[\]-]+$/, 'must be a host name or an address')
    .default('127.0.0.1')
    .describe('The address to listen on. Another than this machine needs `API_KEYS` or `JWT_JWKS_URL`.'),
  PORT: integer(0, 65_535).default(4000).describe('The port to listen on; 0 takes a free one.'),
  CORS_ORIGINS: commaSeparated(origin)
    .optional()
    .describe(
      'Origins of front ends whose pages may use `/graphql`, over HTTP and WebSocket: `https://app.example.com`, separated by commas. Without it: the pages of the gateway alone.',
    ),
  OVERLOAD_LAG_MS: overloadLag()
    .default(1_000)
    .describe(
      'From which lag of the event loop on GraphQL operations are turned away with 503; `off`: never. Health, metrics and webhooks are answered all the same.',
    ),
  OPERATION_TIME_LIMIT_SECONDS: integer(1, 86_400)
    .default(300)
    .describe(
      'How long a query or mutation may take: a live comparison of many contacts waits for its turns at Constant Contact. Subscriptions have no limit.',
    ),
  MONGODB_URI: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\/[^/]+/, 'must begin with mongodb:// or mongodb+srv:// and name a host')
    .optional()
    .describe('Your MongoDB, 4.4 or newer; it names the database, else `contacts`. Without it: the embedded engine.'),
  DATA_DIR: z.string().default('./data').describe('The folder of the embedded engine.'),
  CC_CLIENT_ID: z
    .string()
    .optional()
    .describe(
      'The OAuth2 application, whose account is connected at `/oauth/connect`. Without it or a token: the demo.',
    ),
  CC_CLIENT_SECRET: z.string().optional().describe("The application's secret, where it has one."),
  CC_REDIRECT_URI: url()
    .optional()
    .describe('Where browsers reach `/oauth/callback`. Without it: the address that the gateway listens on.'),
  CC_ACCESS_TOKEN: bearerToken
    .optional()
    .describe('An access token given directly, for scripts and trials: never stored, and not refreshed.'),
  CC_API_URL: url().default('https://api.cc.email/v3').describe("The address of Constant Contact's API."),
  CC_AUTH_URL: url()
    .default('https://authz.constantcontact.com/oauth2/default/v1')
    .describe('The address of its authorization server.'),
  CC_PARTNER_CLIENT_ID: z
    .string()
    .optional()
    .describe('The partner application by which webhook subscriptions are managed; its three settings go together.'),
  CC_PARTNER_CLIENT_SECRET: z.string().optional().describe("The partner application's secret."),
  CC_PARTNER_API_KEY: z
    .string()
    .regex(/^[\x21-\x7e]+$/, 'must be one word')
    .optional()
    .describe("The partner's API key, sent with its requests as `x-api-key`."),
  CC_PARTNER_AUTH_URL: url()
    .default('https://authz.constantcontact.com/partners/oauth2/default/v1')
    .describe('The address of the authorization server for partners.'),
  CC_PARTNER_TOKEN_FORM: formFields
    .default('grant_type=client_credentials')
    .describe('The form by which a partner asks for its token: Constant Contact tells its fields to partners alone.'),
  CC_REQUESTS_PER_SECOND: integer(1, 10_000)
    .default(4)
    .describe('Requests to Constant Contact a second, of all instances together.'),
  CC_REQUESTS_PER_DAY: integer(1, 100_000_000)
    .default(10_000)
    .describe('Requests to Constant Contact a day (UTC), of all instances together.'),
  TOKEN_KEY: commaSeparated(base64Key)
    .optional()
    .describe(
      '32 bytes in base64 that encrypt stored tokens; needed with `CC_CLIENT_ID`. While you change keys: `new,old`.',
    ),
  API_KEYS: apiKeys
    .optional()
    .describe('Who may call, by key: `name:scope+scope:sha256-of-key`, separated by commas; see SECURITY.md.'),
  CALLER_REQUESTS_PER_MINUTE: integer(1, 100_000_000)
    .default(6_000)
    .describe('Operations of each caller that identifies itself, on each instance; more are answered with 429.'),
  JWT_JWKS_URL: url()
    .optional()
    .describe('The keys that sign the bearer tokens of front ends. Scopes stand in `scope`, `scp` or `permissions`.'),
  JWT_ISSUER: z.string().optional().describe('Who must have issued such a token; goes with `JWT_JWKS_URL`.'),
  JWT_AUDIENCE: z.string().optional().describe('For whom it must be made; goes with `JWT_JWKS_URL`.'),
  FIELD_POLICY: fieldPolicySetting
    .optional()
    .describe(
      'Who wins a profile field that both sides changed: `field:PRIMARY_WINS` (the local value becomes a conflict) or `field:LOCAL_WINS` (it overwrites at the next push), separated by commas; the field `default` stands for all others, and is `PRIMARY_WINS` unless it says otherwise. Never for consent, status and lists.',
    ),
  PUSH_IMPORT_FORMAT: z
    .enum(IMPORT_FORMATS, `must be ${IMPORT_FORMATS.join(' or ')}`)
    .default('json')
    .describe(
      'How a push sends its bulk imports: `json` as rows, `csv` as a file. A file has a column for one phone number, of kind `other`, and for the address at home; contacts with others go one by one then.',
    ),
  INTROSPECTION: z
    .enum(['on', 'off'], 'must be on or off')
    .default('on')
    .describe('Whether callers may read the schema. `off` also leaves out GraphiQL and the guesses in messages.'),
  PERSISTED_OPERATIONS: z
    .enum(['accepted', 'required'], 'must be accepted or required')
    .default('accepted')
    .describe(
      '`accepted`: operations of the list may be asked for by id, others by their text. `required`: nothing but those on the list is answered: of the typed client, of the console, and of `PERSISTED_OPERATIONS_FILE`.',
    ),
  PERSISTED_OPERATIONS_FILE: z
    .string()
    .optional()
    .describe('A JSON file of the operations of your front ends: `{"id": "query { ... }"}`. Read at start.'),
  SYNC_SCHEDULE: schedule()
    .default('*/15 * * * *')
    .describe('When incremental pulls start: a cron expression, or `off`.'),
  FULL_SYNC_SCHEDULE: schedule().default('0 3 * * *').describe('When full pulls start.'),
  PUSH_SCHEDULE: schedule().default(null).describe('When pushes start.'),
  SYNC_TIMEZONE: z
    .string()
    .refine(isTimezone, 'must be a time zone such as UTC or Europe/Berlin')
    .default('UTC')
    .describe('The time zone of the schedules.'),
  EVENT_RETENTION_DAYS: retentionDays()
    .default(30)
    .describe('How many days the steps of runs and rejected rows are kept; `off`: for good.'),
  RUN_RETENTION_DAYS: retentionDays()
    .default(365)
    .describe('How many days runs that have ended, and webhooks that are dead, are kept.'),
  HISTORY_RETENTION_DAYS: retentionDays()
    .default(null)
    .describe(
      "How many days the history of contacts, the consent trail, is kept. A contact's newest change always stays.",
    ),
  CC_WEBHOOK_JWKS_URL: url()
    .default('https://developer.constantcontact.com/.well-known/jwks.json')
    .describe('The keys that sign the webhooks of Constant Contact.'),
  WEBHOOK_SECRETS: commaSeparated(webhookSecret)
    .optional()
    .describe('The secrets that sign the webhooks of your own systems: `whsec_...`, separated by commas.'),
  OTEL_EXPORTER_OTLP_ENDPOINT: collectorUrl
    .optional()
    .describe(
      'The OpenTelemetry collector that traces are sent to, by OTLP over HTTP: `http://collector:4318`. Other `OTEL_EXPORTER_OTLP_*` settings, `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` are read as OpenTelemetry says. Without it: no traces.',
    ),
  LOG_LEVEL: z
    .enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`)
    .default('info')
    .describe(`${LOG_LEVELS.map((level) => `\`${level}\``).join(', ')}. Logs go to stderr.`),
  LOG_FORMAT: z
    .enum(['pretty', 'json'], 'must be pretty or json')
    .optional()
    .describe('`pretty` or `json`. Without it: pretty on a terminal, else JSON.'),
});

type SettingName = keyof typeof settingsSchema.shape;

export const SETTING_NAMES = Object.keys(settingsSchema.shape) as SettingName[]; // Object.keys forgets the names.

/** What one setting alone cannot tell. `isSet` looks at the raw text, so that it works beside other problems. */
function combinationProblems(isSet: (name: SettingName) => boolean, host: string): string[] {
  const problems: string[] = [];
  const needs = (name: SettingName, needed: SettingName, reason: string) => {
    if (isSet(name) && !isSet(needed)) problems.push(`${needed}: is missing: ${name} is set, ${reason}`);
  };
  if (!isLoopback(host) && !isSet('API_KEYS') && !isSet('JWT_JWKS_URL')) {
    problems.push(
      'HOST: is open to other machines, but nobody would be asked who they are: set API_KEYS or JWT_JWKS_URL, or listen on 127.0.0.1',
    );
  }
  if (isSet('CC_CLIENT_ID') && !isSet('CC_ACCESS_TOKEN') && !isSet('TOKEN_KEY')) {
    problems.push('TOKEN_KEY: is missing: CC_CLIENT_ID is set, and the tokens it brings are stored encrypted');
  }
  needs('CC_CLIENT_SECRET', 'CC_CLIENT_ID', 'which is the secret of that application');
  needs('CC_REDIRECT_URI', 'CC_CLIENT_ID', 'which is an address of that application');
  const partner = ['CC_PARTNER_CLIENT_ID', 'CC_PARTNER_CLIENT_SECRET', 'CC_PARTNER_API_KEY'] as const;
  const missing = partner.filter((name) => !isSet(name));
  if (missing.length < partner.length) {
    for (const name of missing) problems.push(`${name}: is missing: the three settings of a partner go together`);
    if (!isSet('CC_CLIENT_ID') && !isSet('CC_ACCESS_TOKEN'))
      problems.push(
        `CC_CLIENT_ID: is missing: a partner is set, and without CC_CLIENT_ID or CC_ACCESS_TOKEN it is the demo`,
      );
  }
  needs('JWT_JWKS_URL', 'JWT_ISSUER', 'and a token made for somebody else must not pass');
  needs('JWT_JWKS_URL', 'JWT_AUDIENCE', 'and a token made for somebody else must not pass');
  needs('JWT_ISSUER', 'JWT_JWKS_URL', 'and without keys no token can be checked');
  needs('JWT_AUDIENCE', 'JWT_JWKS_URL', 'and without keys no token can be checked');
  return problems;
}

type Settings = z.infer<typeof settingsSchema>;

function primaryConfig(settings: Settings): Config['primary'] {
  const { CC_CLIENT_ID: clientId, CC_ACCESS_TOKEN: accessToken } = settings;
  if (clientId === undefined && accessToken === undefined) return { kind: 'sandbox' };
  return {
    kind: 'account',
    apiUrl: settings.CC_API_URL,
    authUrl: settings.CC_AUTH_URL,
    accessToken: accessToken ?? null,
    oauth:
      clientId === undefined
        ? null
        : {
            clientId,
            clientSecret: settings.CC_CLIENT_SECRET ?? null,
            redirectUri: settings.CC_REDIRECT_URI ?? null,
          },
  };
}

function partnerConfig(settings: Settings): PartnerCredentials | null {
  const { CC_PARTNER_CLIENT_ID: clientId, CC_PARTNER_CLIENT_SECRET: clientSecret } = settings;
  const { CC_PARTNER_API_KEY: apiKey, CC_PARTNER_AUTH_URL: authUrl, CC_PARTNER_TOKEN_FORM: form } = settings;
  if (clientId === undefined || clientSecret === undefined || apiKey === undefined) return null;
  return { clientId, clientSecret, apiKey, authUrl, tokenForm: Object.fromEntries(new URLSearchParams(form)) };
}

function jwtConfig({ JWT_JWKS_URL, JWT_ISSUER, JWT_AUDIENCE }: Settings): Config['auth']['jwt'] {
  if (JWT_JWKS_URL === undefined || JWT_ISSUER === undefined || JWT_AUDIENCE === undefined) return null;
  return { jwksUrl: JWT_JWKS_URL, issuer: JWT_ISSUER, audience: JWT_AUDIENCE };
}

/**
 * Reads the settings; an empty one counts as not set. Pure.
 * @throws DomainError CONFIG_INVALID with all problems, one a line, by name; it repeats no value, which may be a secret.
 */
export function parseConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(
    SETTING_NAMES.map((name) => [name, env[name]?.trim()] as const).filter(
      ([, value]) => value !== undefined && value !== '',
    ),
  );
  const parsed = settingsSchema.safeParse(given);
  const problems = new Set(
    (parsed.error?.issues ?? []).map(({ path: [name, ...rest], message }) => {
      const position = rest.find((part) => typeof part === 'number');
      return `${String(name)}: ${position === undefined ? '' : `entry ${position + 1} `}${message}`;
    }),
  );
  const isSet = (name: SettingName) => name in given;
  for (const problem of combinationProblems(isSet, given['HOST'] ?? '127.0.0.1')) problems.add(problem);
  if (!parsed.success || problems.size > 0) {
    const list = [...problems].map((problem) => `  ${problem}`).join('\n');
    throw new DomainError('CONFIG_INVALID', `The settings are not right:\n${list}`);
  }

  const settings = parsed.data;
  return {
    server: {
      host: settings.HOST,
      port: settings.PORT,
      corsOrigins: settings.CORS_ORIGINS ?? [],
      overloadLagMs: settings.OVERLOAD_LAG_MS,
      operationTimeLimitMs: settings.OPERATION_TIME_LIMIT_SECONDS * 1_000,
    },
    store: { uri: settings.MONGODB_URI ?? null, dataDir: settings.DATA_DIR },
    primary: primaryConfig(settings),
    partner: partnerConfig(settings),
    budget: { requestsPerSecond: settings.CC_REQUESTS_PER_SECOND, requestsPerDay: settings.CC_REQUESTS_PER_DAY },
    tokenKeys: settings.TOKEN_KEY ?? [],
    auth: {
      apiKeys: settings.API_KEYS ?? [],
      jwt: jwtConfig(settings),
      requestsPerMinute: settings.CALLER_REQUESTS_PER_MINUTE,
    },
    fieldPolicy: settings.FIELD_POLICY ?? { default: 'PRIMARY_WINS' },
    importFormat: settings.PUSH_IMPORT_FORMAT,
    graphql: {
      introspection: settings.INTROSPECTION === 'on',
      persistedOnly: settings.PERSISTED_OPERATIONS === 'required',
      operationFile: settings.PERSISTED_OPERATIONS_FILE ?? null,
    },
    schedule: {
      incremental: settings.SYNC_SCHEDULE,
      full: settings.FULL_SYNC_SCHEDULE,
      push: settings.PUSH_SCHEDULE,
      timezone: settings.SYNC_TIMEZONE,
    },
    retention: {
      events: settings.EVENT_RETENTION_DAYS,
      runs: settings.RUN_RETENTION_DAYS,
      history: settings.HISTORY_RETENTION_DAYS,
    },
    webhooks: { constantContactJwksUrl: settings.CC_WEBHOOK_JWKS_URL, secrets: settings.WEBHOOK_SECRETS ?? [] },
    tracing: { endpoint: settings.OTEL_EXPORTER_OTLP_ENDPOINT ?? null },
    log: { level: settings.LOG_LEVEL, format: settings.LOG_FORMAT ?? null },
  };
}
