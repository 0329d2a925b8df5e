import { createPublicKey, verify } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { type Json, openSandbox, type SandboxClient } from './sandbox-client.ts';

interface Delivery {
  readonly signature: string;
  readonly body: Buffer;
}

async function openReceiver(): Promise<{ url: string; deliveries: Delivery[] }> {
  const deliveries: Delivery[] = [];
  const server = createServer((message, response) => {
    const chunks: Buffer[] = [];
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.on('end', () => {
      deliveries.push({ signature: String(message.headers['x-ctct-webhook-sig']), body: Buffer.concat(chunks) });
      response.writeHead(202).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/hook`, deliveries };
}

async function isSigned(sandbox: SandboxClient, { signature, body }: Delivery): Promise<boolean> {
  const [header = '', payload, proof = ''] = signature.split('.');
  expect(payload).toBe('');
  const { keys }: Json = await (await fetch(`${sandbox.url}/.well-known/jwks.json`)).json();
  const input = Buffer.concat([Buffer.from(`${header}.`), body]);
  return keys.some((jwk: Json) =>
    verify('RSA-SHA256', input, createPublicKey({ key: jwk, format: 'jwk' }), Buffer.from(proof, 'base64url')),
  );
}

const headerOf = ({ signature }: Delivery) =>
  JSON.parse(Buffer.from(signature.split('.')[0] ?? '', 'base64url').toString());

test('a notification carries a detached signature over its raw body', async () => {
  const sandbox = await openSandbox({ now: () => new Date('2026-11-02T00:00:00Z') });
  const receiver = await openReceiver();
  const sent = await sandbox.control('POST', '/webhooks/send', { topic_id: 3, hook_uri: receiver.url });
  expect(sent).toMatchObject({ delivered: true, status: 202 });
  const [delivery] = receiver.deliveries;
  if (delivery === undefined) throw new Error('nothing was delivered');
  expect(headerOf(delivery)).toMatchObject({ alg: 'RS256', b64: false, crit: ['b64'], ts: 1_793_577_600 });
  expect(JSON.parse(delivery.body.toString())).toMatchObject({ event_type: 'account.cancel' });
  expect(await isSigned(sandbox, delivery)).toBe(true);
  expect(await isSigned(sandbox, { ...delivery, body: Buffer.from('{}') })).toBe(false);
});

test('a time can be moved, a key rotated', async () => {
  const sandbox = await openSandbox({ now: () => new Date('2026-11-02T00:00:00Z') });
  const receiver = await openReceiver();
  const send = () =>
    sandbox.control('POST', '/webhooks/send', { topic_id: 1, hook_uri: receiver.url, tsOffsetSeconds: -600 });
  await send();
  await sandbox.control('POST', '/webhooks/rotate-key');
  await send();
  const [old, fresh] = receiver.deliveries;
  if (old === undefined || fresh === undefined) throw new Error('a delivery is missing');
  expect(headerOf(old).ts).toBe(1_793_577_000);
  expect([await isSigned(sandbox, old), await isSigned(sandbox, fresh)]).toEqual([false, true]);
});

test('nothing leaves this machine, and a receiver that is away is told', async () => {
  const sandbox = await openSandbox();
  const send = (hook_uri: string) => sandbox.control('POST', '/webhooks/send', { topic_id: 1, hook_uri });
  await expect(send('http://hooks.example/')).rejects.toThrow('only this machine');
  await expect(send('http://127.0.0.1.example/')).rejects.toThrow('only this machine');
  expect(await send('http://127.0.0.1:9/')).toMatchObject({ delivered: false });
});
