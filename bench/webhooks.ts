// Signed webhooks accepted per second (verified and durably stored), and how long one waits at 500 a second.
import { generateKeyPairSync, randomBytes, randomUUID, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { Webhook } from 'standardwebhooks';
import { Pool } from 'undici';
import { databaseUri, startGatewayProcess, startMongoProcess, startSandboxProcess } from './kit/processes.ts';

const CONNECTIONS = 32;
const WARM_UP_MS = 2_000;
const FULL_SPEED_MS = 6_000;
const PACED_MS = 8_000;
const PACED_PER_SECOND = 500;
const NOTIFICATIONS = 4_000;
const TARGET_PER_SECOND = 1_000;
const TARGET_P99_MS = 50;

interface Message {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

const secret = `whsec_${randomBytes(32).toString('base64')}`;
const hints = new Webhook(secret);

/** Hints that name few contacts, as a busy system of one's own gives them. */
function hint(): Message {
  const id = randomUUID();
  const at = new Date();
  const email = `person.${at.getTime() % 20}@example.com`;
  const body = JSON.stringify({ type: 'contact.changed', timestamp: at.toISOString(), data: { emails: [email] } });
  return {
    path: '/webhooks/changes',
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': hints.sign(id, at, body),
    },
    body,
  };
}

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

function notification(): Message {
  const ts = Math.floor(Date.now() / 1_000);
  const header = Buffer.from(JSON.stringify({ alg: 'RS256', ts, b64: false, crit: ['b64'] })).toString('base64url');
  const url = 'https://api.cc.email/v3/partner/accounts/a07e1sandbox/plan';
  const body = JSON.stringify({ url, api_key: randomUUID(), event_type: 'tier.increase' });
  const signature = sign('RSA-SHA256', Buffer.from(`${header}.${body}`), privateKey).toString('base64url');
  return {
    path: '/webhooks/constant-contact',
    headers: { 'content-type': 'application/json', 'x-ctct-webhook-sig': `${header}..${signature}` },
    body,
  };
}

/** Sends one; answers how long it took, in ms. */
async function send(pool: Pool, { path, headers, body }: Message): Promise<number> {
  const startedAt = performance.now();
  const response = await pool.request({ method: 'POST', path, headers, body });
  const text = await response.body.text();
  if (response.statusCode !== 202) throw new Error(`${response.statusCode} ${text}`);
  return performance.now() - startedAt;
}

/** As fast as they are taken, until the time is over or there are none left. */
async function fullSpeed(pool: Pool, next: () => Message | undefined, durationMs: number): Promise<number> {
  const startedAt = performance.now();
  let accepted = 0;
  const sender = async () => {
    while (performance.now() - startedAt < durationMs) {
      const message = next();
      if (message === undefined) return;
      await send(pool, message);
      accepted += 1;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, sender));
  return (accepted * 1_000) / (performance.now() - startedAt);
}

/** At an even pace, whether answered or not: what waits is measured from when it should have gone out. */
async function paced(pool: Pool): Promise<number[]> {
  const startedAt = performance.now();
  const count = (PACED_MS * PACED_PER_SECOND) / 1_000;
  const sent: Promise<number>[] = [];
  for (let index = 0; index < count; index++) {
    const dueMs = (index * 1_000) / PACED_PER_SECOND;
    const earlyMs = dueMs - (performance.now() - startedAt);
    if (earlyMs > 1) await delay(earlyMs);
    const lateMs = Math.max(0, performance.now() - startedAt - dueMs);
    sent.push(send(pool, hint()).then((tookMs) => tookMs + lateMs));
  }
  return Promise.all(sent);
}

const keys = createServer((_request, response) => {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' }] }));
}).listen(0, '127.0.0.1');
await new Promise((resolve) => keys.once('listening', resolve));
const { port } = keys.address() as AddressInfo; // A TCP server that listens always has one.

const sandbox = await startSandboxProcess({ contacts: 1_000, rateLimit: false });
const mongo = await startMongoProcess();
try {
  const mongodbUri = databaseUri(mongo.uri, 'webhooks');
  const gateway = await startGatewayProcess({
    sandboxUrl: sandbox.url,
    mongodbUri,
    requestsPerSecond: 4,
    env: { WEBHOOK_SECRETS: secret, CC_WEBHOOK_JWKS_URL: `http://127.0.0.1:${port}/jwks.json` },
  });
  const pool = new Pool(gateway.url, { connections: 128 });
  await fullSpeed(pool, hint, WARM_UP_MS);
  const hintsPerSecond = await fullSpeed(pool, hint, FULL_SPEED_MS);
  const latencies = (await paced(pool)).sort((a, b) => a - b);
  const p99Ms = latencies[Math.floor(latencies.length * 0.99)] ?? Number.NaN;
  const notifications = Array.from({ length: NOTIFICATIONS }, notification);
  const notificationsPerSecond = await fullSpeed(pool, () => notifications.pop(), 60_000);
  await pool.close();
  await gateway.stop();
  const client = await new MongoClient(mongodbUri).connect();
  const stored = await client.db().collection('webhookDeliveries').countDocuments();
  await client.close();
  process.stdout.write(
    `${JSON.stringify({
      bench: 'webhooks',
      hintsPerSecond: Math.round(hintsPerSecond),
      notificationsPerSecond: Math.round(notificationsPerSecond),
      pacedPerSecond: PACED_PER_SECOND,
      p50Ms: latencies[Math.floor(latencies.length / 2)],
      p99Ms,
      stored,
      target: { perSecond: TARGET_PER_SECOND, p99Ms: TARGET_P99_MS },
      met: Math.min(hintsPerSecond, notificationsPerSecond) >= TARGET_PER_SECOND && p99Ms <= TARGET_P99_MS,
    })}\n`,
  );
} finally {
  keys.close();
  await mongo.stop();
  await sandbox.stop();
}
