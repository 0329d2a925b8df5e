import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { controlRoutes } from './control.ts';
import { SANDBOX_TOKEN } from './http/access.ts';
import { handleApi, handleControl, onWorld } from './http/listener.ts';
import { createRouter } from './http/route.ts';
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
}

export interface Sandbox {
  /** `http://127.0.0.1:PORT`; the API is under `/v3`, the authorization server under `/oauth2/default/v1`, the control API under `/__sandbox`. */
  readonly url: string;
  /** A token that the API always accepts. */
  readonly token: 'sandbox';
  /** Ends at once, cutting open connections. */
  close(): Promise<void>;
}

/** Starts an imitation of Constant Contact V3 with generated contacts. Rejects where the port is taken. */
export async function startSandbox({
  port = 0,
  contacts = 5_000,
  lists = 12,
  seed = 1,
  rateLimit = true,
  host = '127.0.0.1',
  now = () => new Date(),
}: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = new SandboxState({ settings: { contacts, lists, seed, rateLimit }, now });
  const matchApi = createRouter(apiRoutes.map(onWorld));
  const matchControl = createRouter(controlRoutes);

  const server = createServer({ keepAliveTimeout: 60_000 }, (message, response) => {
    response.setHeader('date', now().toUTCString());
    const url = new URL(message.url ?? '/', 'http://sandbox.invalid');
    const exchange = { message, response, url };
    const handled = url.pathname.startsWith('/__sandbox/')
      ? handleControl({ ...exchange, prefix: '/__sandbox' }, sandbox, matchControl)
      : handleApi({ ...exchange, prefix: url.pathname.startsWith('/v3/') ? '/v3' : '' }, sandbox, matchApi);
    // Only a connection that broke under the answer gets here: there is nobody left to tell.
    handled.catch(() => response.destroy());
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
