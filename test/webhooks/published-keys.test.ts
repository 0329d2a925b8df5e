import { generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { silentLogger } from '../../src/logger.ts';
import { createPublishedKeys, type PublishedKeys } from '../../src/webhooks/published-keys.ts';

const newKey = () => generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });
const MINUTE_MS = 60_000;

let server: Server;
let answer: (response: ServerResponse) => void;
let requests: number;
let nowMs: number;
let keys: PublishedKeys;

const publish = (...published: JsonWebKey[]) => {
  answer = (response) => response.end(JSON.stringify({ keys: published }));
};
const numbersOf = (found: Awaited<ReturnType<PublishedKeys['newer']>>) =>
  found?.map((key) => key.export({ format: 'jwk' }).n);

beforeEach(async () => {
  requests = 0;
  server = createServer((_request, response) => {
    requests += 1;
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // A TCP server that listens always has one.
  nowMs = Date.now();
  const clock = { ...systemClock, now: () => new Date(nowMs) };
  keys = createPublishedKeys({ url: `http://127.0.0.1:${port}/jwks.json`, clock, logger: silentLogger });
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test('many who need keys at once share one request, and then there is none for a minute', async () => {
  const key = newKey();
  publish(key);
  const found = await Promise.all(Array.from({ length: 20 }, () => keys.known()));
  expect(found.map(numbersOf)).toEqual(found.map(() => [key.n]));
  expect([await keys.newer(), requests]).toEqual([null, 1]);
  nowMs += MINUTE_MS;
  await Promise.all(Array.from({ length: 20 }, () => keys.newer()));
  expect(requests).toBe(2);
});

test('a key that was taken back is not taken for longer than an hour, though nobody uses another', async () => {
  const [old, next] = [newKey(), newKey()];
  publish(old);
  expect(numbersOf(await keys.known())).toEqual([old.n]);
  publish(next);
  nowMs += 59 * MINUTE_MS;
  expect(numbersOf(await keys.known())).toEqual([old.n]);
  nowMs += MINUTE_MS;
  expect(numbersOf(await keys.known())).toEqual([next.n]);
  answer = (response) => response.writeHead(503).end();
  nowMs += 61 * MINUTE_MS;
  // Where they cannot be read, the known ones are used, and the host is left alone for a minute.
  for (let times = 0; times < 3; times++) expect(numbersOf(await keys.known())).toEqual([next.n]);
  expect(requests).toBe(3);
});

test('an answer without end is not read to its end', async () => {
  let bytes = 0;
  const closed = new Promise((resolve) => {
    answer = (response) => {
      const write = () => {
        do bytes += 64 * 1024;
        while (!response.destroyed && response.write('x'.repeat(64 * 1024)));
      };
      response.on('drain', write).on('close', resolve);
      write();
    };
  });
  await expect(keys.known()).rejects.toMatchObject({ code: 'AUTH_UNAVAILABLE' });
  await closed;
  // What stood in the buffers between both.
  expect(bytes).toBeLessThan(32 * 1024 * 1024);
});
