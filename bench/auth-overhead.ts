// `contacts(first: 50)` by callers with JSON Web Tokens, counted and scoped, beside the same where nobody is asked.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { MongoClient } from 'mongodb';
import { contactDocument } from '../test/kit/seed-contacts.ts';
import { requestsPerSecond } from './kit/load.ts';
import { databaseUri, startGatewayProcess, startMongoProcess } from './kit/processes.ts';
import { median } from './kit/run-floor.ts';

const CONTACTS = 2_000;
const CONNECTIONS = 32;
const WARM_UP_MS = 3_000;
const ROUND_MS = 2_500;
const ROUNDS = 5;
const TARGET = 0.85;
const ISSUER = 'https://issuer.example';
const AUDIENCE = 'gateway';

const QUERY = `query ($first: Int!) {
  contacts(first: $first) {
    nodes {
      id contactId email firstName lastName jobTitle companyName anniversary status syncState createdAt updatedAt
      lists { listId name }
    }
    pageInfo { hasNextPage endCursor }
  }
}`;

const { privateKey, publicKey } = await generateKeyPair('RS256');
const jwk = { ...(await exportJWK(publicKey)), kid: 'key', alg: 'RS256', use: 'sig' };
const issuer = createServer((_request, response) => {
  response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk] }));
}).listen(0, '127.0.0.1');
await new Promise((resolve) => issuer.once('listening', resolve));
const { port } = issuer.address() as AddressInfo; // A TCP server that listens always has one.
const token = await new SignJWT({ scope: 'contacts:read' })
  .setProtectedHeader({ alg: 'RS256', kid: 'key' })
  .setIssuer(ISSUER)
  .setAudience(AUDIENCE)
  .setSubject('bench')
  .setExpirationTime('1h')
  .sign(privateKey);

const mongo = await startMongoProcess();
try {
  const mongodbUri = databaseUri(mongo.uri, 'auth');
  const options = { sandboxUrl: 'http://127.0.0.1:9', mongodbUri, requestsPerSecond: 4 };
  const open = await startGatewayProcess(options);
  const client = await new MongoClient(mongodbUri).connect();
  const documents = Array.from({ length: CONTACTS }, (_, index) =>
    contactDocument({ profile: { email: `person.${index}@example.com`, firstName: `First ${index}` } }),
  );
  await client.db().collection('contacts').insertMany(documents);
  await client.close();
  const guarded = await startGatewayProcess({
    ...options,
    env: {
      JWT_JWKS_URL: `http://127.0.0.1:${port}/jwks.json`,
      JWT_ISSUER: ISSUER,
      JWT_AUDIENCE: AUDIENCE,
      CALLER_REQUESTS_PER_MINUTE: '10000000',
    },
  });
  const body = JSON.stringify({ query: QUERY, variables: { first: 50 } });
  const common = { path: '/graphql', body, connections: CONNECTIONS };
  const measureOpen = (durationMs: number) => requestsPerSecond({ ...common, url: open.url, durationMs });
  const measureGuarded = (durationMs: number) =>
    requestsPerSecond({ ...common, url: guarded.url, durationMs, authorization: `Bearer ${token}` });

  await measureOpen(WARM_UP_MS);
  await measureGuarded(WARM_UP_MS);
  const openRates: number[] = [];
  const guardedRates: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    openRates.push(await measureOpen(ROUND_MS));
    guardedRates.push(await measureGuarded(ROUND_MS));
  }
  await open.stop();
  await guarded.stop();
  const ratio = median(guardedRates) / median(openRates);
  process.stdout.write(
    `${JSON.stringify({
      bench: 'auth-overhead',
      openPerSecond: Math.round(median(openRates)),
      guardedPerSecond: Math.round(median(guardedRates)),
      ratio,
      target: TARGET,
      met: ratio >= TARGET,
    })}\n`,
  );
} finally {
  issuer.close();
  await mongo.stop();
}
