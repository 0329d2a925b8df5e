import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

export const ISSUER = 'https://issuer.example';
export const AUDIENCE = 'contact-sync-gateway';

type Key = Awaited<ReturnType<typeof newKey>>;

async function newKey(kid: string) {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  return { kid, privateKey, publicKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' } };
}

export interface TestIssuer {
  readonly jwksUrl: string;
  /** The one that signs now. */
  readonly key: Key;
  /** Publishes another key in place of the one before, and signs by it. */
  rotate(): Promise<void>;
  /** How often the published keys were asked for. */
  readonly requests: () => number;
  token(
    claims?: { readonly [claim in keyof JWTPayload]?: JWTPayload[claim] | undefined },
    lifeSeconds?: number,
  ): Promise<string>;
  close(): Promise<void>;
}

/** Publishes a key and issues tokens by it. */
export async function openTestIssuer(): Promise<TestIssuer> {
  let key = await newKey('key-1');
  let keys = 1;
  let requests = 0;
  const server = createServer((_request, response) => {
    requests += 1;
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [key.jwk] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // A TCP server that listens always has one.
  return {
    jwksUrl: `http://127.0.0.1:${port}/jwks.json`,
    get key() {
      return key;
    },
    async rotate() {
      keys += 1;
      key = await newKey(`key-${keys}`);
    },
    requests: () => requests,
    token: (claims = {}, lifeSeconds = 300) => {
      const now = Math.floor(Date.now() / 1_000);
      return new SignJWT({ iss: ISSUER, aud: AUDIENCE, sub: 'jane', exp: now + lifeSeconds, ...claims } as JWTPayload)
        .setProtectedHeader({ alg: 'RS256', kid: key.kid })
        .sign(key.privateKey);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
