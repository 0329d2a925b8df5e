import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openTestSandbox } from '../kit/sandbox.ts';
import { openTestStore } from '../kit/store.ts';
import { createWorkingDir, startGateway } from '../start/gateway-process.ts';
import { hintSender } from './sender.ts';

const DIFFERENT = 5_000;
const SENDERS = 24;

test('of 10,000 webhooks, half of them sent twice, each is done once, though the process is killed in the middle', async () => {
  await using sandbox = await openTestSandbox({ contacts: 5 });
  await using store = await openTestStore();
  await using dir = await createWorkingDir();
  const [contact] = await sandbox.truth();
  const data = { contactIds: [contact?.contact_id ?? ''] };
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  const start = () =>
    startGateway({
      cwd: dir.path,
      settings: {
        MONGODB_URI: store.uri,
        CC_ACCESS_TOKEN: 'sandbox',
        CC_API_URL: sandbox.apiUrl,
        CC_REQUESTS_PER_SECOND: '1000',
        WEBHOOK_SECRETS: secret,
        SYNC_SCHEDULE: 'off',
        FULL_SYNC_SCHEDULE: 'off',
      },
    });
  const urlOf = async (gateway: ReturnType<typeof start>) =>
    (await gateway.says(/GraphQL\s+(http:\/\/[\d.:]+)\/graphql/))[1] ?? '';
  const deliveries = store.db.collection('webhookDeliveries');

  await using first = start();
  let url = await urlOf(first);
  const send = hintSender({ url: () => url, secret });
  const ids = Array.from({ length: DIFFERENT }, () => randomUUID());
  const waiting = [...ids, ...ids];
  const accepted = new Set<string>();
  let duplicates = 0;
  const sender = async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      try {
        const { status, body } = await send({ type: 'contact.changed', data }, { id });
        expect(status).toBe(202);
        accepted.add(id);
        if (body.duplicate) duplicates += 1;
      } catch (error) {
        // Nobody answered: whoever sends webhooks sends them again.
        if (!(error instanceof TypeError)) throw error;
        waiting.push(id);
        await delay(20);
      }
    }
  };
  const sending = Promise.all(Array.from({ length: SENDERS }, sender));
  await expect.poll(() => accepted.size, { timeout: 60_000, interval: 10 }).toBeGreaterThan(DIFFERENT / 2);
  first.child.kill('SIGKILL');
  await first.ended();
  const acceptedByFirst = [...accepted];
  const keys = { $in: acceptedByFirst.map((id) => `changes:${id}`) };
  expect(await deliveries.countDocuments({ dedupeKey: keys })).toBe(acceptedByFirst.length);

  await using second = start();
  url = await urlOf(second);
  await sending;
  // What the first was at when it died is free half a minute later: that time is over now.
  await deliveries.updateMany(
    { status: 'PENDING', claim: { $type: 'string' } },
    { $set: { nextAttemptAt: new Date(0) } },
  );
  await expect.poll(() => deliveries.countDocuments({ status: 'PROCESSED' }), { timeout: 60_000 }).toBe(DIFFERENT);
  expect(await deliveries.countDocuments()).toBe(DIFFERENT);
  expect(duplicates).toBeGreaterThanOrEqual(DIFFERENT);
}, 180_000);
