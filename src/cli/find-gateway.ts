import { createHash, randomBytes } from 'node:crypto';
import { createGatewayClient, type GatewayClient } from '../client/index.ts';
import { type Config, isLoopback, parseConfig, SCOPES } from '../config.ts';
import { isDomainError } from '../domain-error.ts';
import { createLogger } from '../logger.ts';
import { CommandFailure, codedFailure, EXIT } from './exit-codes.ts';
import { ownDoor, remoteDoor, type SaveDoor } from './import/save-door.ts';

/** Where nobody listens this is known at once; a gateway on a machine that is busy may take its time. */
const LOOK_LIMIT_MS = 5_000;

export interface GatewayOptions {
  /** Of a gateway that runs; null: the one of this machine, or one for this command alone. */
  readonly url: string | null;
  readonly apiKey: string | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** One of its own listens where the settings say: a browser comes back to the address that Constant Contact knows. */
  readonly atOwnAddress?: boolean;
}

export interface FoundGateway {
  readonly url: string;
  readonly client: GatewayClient;
  /** `OWN`: opened by this command, with the store of the settings, and closed with it. */
  readonly kind: 'GIVEN' | 'LOCAL' | 'OWN';
  /** How it saves many contacts. */
  readonly save: SaveDoor;
  /** What the pages of a gateway of this command alone ask for; null for others, whose keys their owners know. */
  readonly pageKey: string | null;
  close(): Promise<void>;
}

/** @throws CommandFailure where the settings are not right. */
export function readSettings(env: GatewayOptions['env']): Config {
  try {
    return parseConfig(env);
  } catch (error) {
    if (isDomainError(error, 'CONFIG_INVALID')) throw new CommandFailure(EXIT.usage, error.message);
    throw error;
  }
}

function clientOf(url: string, apiKey: string | null): GatewayClient {
  const headers: Readonly<Record<string, string>> = apiKey === null ? {} : { authorization: `Bearer ${apiKey}` };
  return createGatewayClient(`${url}/graphql`, { headers, reconnect: { attempts: 8 } });
}

/** Where the gateway of these settings would listen on this machine; null where nobody answers. */
export async function localGateway({ server: { host, port } }: Config, signal: AbortSignal): Promise<string | null> {
  if (port === 0) return null;
  const name = isLoopback(host) ? host : '127.0.0.1';
  const url = `http://${name.includes(':') && !name.startsWith('[') ? `[${name}]` : name}:${port}`;
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(LOOK_LIMIT_MS)]);
    const answer: unknown = await (await fetch(`${url}/health/live`, { signal: limit })).json();
    return typeof answer === 'object' && answer !== null && 'live' in answer ? url : null;
  } catch {
    // Nobody there, or somebody else.
    signal.throwIfAborted();
    return null;
  }
}

/** The gateway that a command talks to: the one that `url` names, the one that runs on this machine, or one of its own. */
export async function findGateway(options: GatewayOptions): Promise<FoundGateway> {
  const { url, apiKey, env, signal } = options;
  if (url !== null) {
    const base = url.replace(/\/+$/, '').replace(/\/graphql$/, '');
    if (!URL.canParse(base) || !/^https?:$/.test(new URL(base).protocol))
      throw new CommandFailure(EXIT.usage, '--url must be the address of a gateway, such as http://127.0.0.1:4000.');
    return running(base, 'GIVEN', apiKey);
  }
  const config = readSettings(env);
  const local = await localGateway(config, signal);
  return local === null ? openOwn(config, options) : running(local, 'LOCAL', apiKey);
}

function running(url: string, kind: 'GIVEN' | 'LOCAL', apiKey: string | null): FoundGateway {
  const client = clientOf(url, apiKey);
  return { url, client, kind, save: remoteDoor(client), pageKey: null, close: async () => {} };
}

/** Whom runs and changes of a command are by that opened the store itself. */
const OWN_CALLER = 'csg';

/** For this command alone: on this machine, with a key that nobody else knows, without the schedule. */
async function openOwn(config: Config, { env, signal, atOwnAddress = false }: GatewayOptions): Promise<FoundGateway> {
  const key = randomBytes(32).toString('base64url');
  const sha256 = createHash('sha256').update(key).digest();
  const logger = createLogger({ level: env['LOG_LEVEL'] ? config.log.level : 'error', format: 'pretty' });
  try {
    // Most commands talk to a gateway that runs, and need nothing of all that one is made of.
    const { openGateway } = await import('../gateway.ts');
    const gateway = await openGateway({
      config: {
        ...config,
        server: { ...config.server, host: '127.0.0.1', port: atOwnAddress ? config.server.port : 0 },
        auth: { ...config.auth, apiKeys: [{ name: OWN_CALLER, scopes: [...SCOPES], sha256 }], jwt: null },
      },
      logger,
      signal,
      attended: true,
      onLost: (error) => logger.error({ error }, 'the store has ended'),
    });
    return {
      url: gateway.url,
      client: clientOf(gateway.url, key),
      kind: 'OWN',
      save: ownDoor(gateway, OWN_CALLER),
      pageKey: key,
      close: async () => void (await gateway.close()),
    };
  } catch (error) {
    if (!isDomainError(error) || signal.aborted) throw error;
    throw codedFailure(error.code === 'CONFIG_INVALID' ? EXIT.usage : EXIT.failed, error.message, error.code, error);
  }
}
