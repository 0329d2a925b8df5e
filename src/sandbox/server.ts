import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { controlRoutes } from './control.ts';
import { SANDBOX_TOKEN } from './http/access.ts';
import { type Door, handle, onWorld } from './http/listener.ts';
import { createRouter } from './http/route.ts';
import { authorizationRoutes, partnerTokenRoutes } from './oauth/authorization-server.ts';
import { keyRoutes } from './partner-webhooks/delivery.ts';
import { apiRoutes } from './routes/api-routes.ts';
import { SandboxState } from './sandbox-state.ts';

export interface SandboxOptions {
  /** 0 takes any free port. */
  readonly port?: number;
  readonly contacts?: number;
  readonly lists?: number;
  readonly seed?: number;
  /** 4 requests/s and 10,000 a day; without it the sandbox answers as fast as it can. */
  readonly rateLimit?: boolean;
  readonly host?: string;
  /** The sandbox's clock: dates on contacts, the `Date` header, the day of the quota, the life of tokens. */
  readonly now?: () => Date;
  /** The clock that the limits per second are measured by, in milliseconds. */
  readonly steadyNowMs?: () => number;
}

export interface Sandbox {
  /** `http://127.0.0.1:PORT`; the API is under `/v3`, the authorization server under `/oauth2/default/v1`, the control API under `/__sandbox`. */
  readonly url: string;
  /** A token that the API always accepts. */
  readonly token: 'sandbox';
  /** Ends at once, cutting open connections. */
  close(): Promise<void>;
}

const DOORS: readonly Door[] = [
  { prefix: '/v3', kind: 'api', match: createRouter(apiRoutes.map(onWorld)) },
  { prefix: '/__sandbox', kind: 'control', match: createRouter(controlRoutes) },
  { prefix: '/oauth2/default/v1', kind: 'open', match: createRouter(authorizationRoutes) },
  { prefix: '/partners/oauth2/default/v1', kind: 'open', match: createRouter(partnerTokenRoutes) },
];
const KEYS: Door = { prefix: '', kind: 'open', match: createRouter(keyRoutes) };

/** Starts an imitation of Constant Contact V3 with generated contacts. Rejects where the port is taken. */
export async function startSandbox({
  port = 0,
  contacts = 5_000,
  lists = 12,
  seed = 1,
  rateLimit = true,
  host = '127.0.0.1',
  now = () => new Date(),
  steadyNowMs = () => performance.now(),
}: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = new SandboxState({ settings: { contacts, lists, seed, rateLimit }, now, steadyNowMs });
  const server = createServer({ keepAliveTimeout: 60_000 }, (message, response) => {
    response.setHeader('date', now().toUTCString());
    const target = `http://sandbox.invalid${message.url ?? '/'}`;
    if (!URL.canParse(target)) {
      response.writeHead(400).end();
      return;
    }
    const url = new URL(target);
    const door = DOORS.find(({ prefix }) => url.pathname.startsWith(`${prefix}/`)) ?? KEYS;
    // Only a connection that broke under the answer gets to the catch: there is nobody left to tell.
    handle({ message, response, url }, sandbox, door).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address() as AddressInfo; // A TCP server that listens always has one.
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    token: SANDBOX_TOKEN,
    close: () =>
      new Promise<void>((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}
