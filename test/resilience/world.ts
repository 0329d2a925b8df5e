import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { hasEnded } from '../../src/model/sync-run.ts';
import { createStore, ensureIndexes, type Store } from '../../src/store/store.ts';
import type { SyncRunDocument } from '../../src/store/sync-runs.ts';
import { expectInStep } from '../kit/in-step.ts';
import { openTestSandbox, type TestSandbox, type TrueContact } from '../kit/sandbox.ts';
import { openTestStore, type TestStore } from '../kit/store.ts';
import { createWorkingDir, type GatewayProcess, startGateway } from '../start/gateway-process.ts';

const WAIT_LIMIT_MS = 110_000;

/** Asks until the answer is no longer null. */
export async function until<T>(what: string, ask: () => Promise<T | null>): Promise<T> {
  const deadline = Date.now() + WAIT_LIMIT_MS;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await delay(25);
  }
}

export interface Instance extends GatewayProcess {
  readonly url: string;
}

export interface World {
  readonly sandbox: TestSandbox;
  readonly store: Store;
  /** A gateway process on the sandbox and the store, with no runs by the clock. Ended with the world. */
  gateway(settings?: Record<string, string>): Promise<Instance>;
  /** The end of what is under way, or of the newest run. */
  lastRunEnded(): Promise<SyncRunDocument>;
  /** The run has stored a page. */
  firstPage(): Promise<SyncRunDocument>;
  /** Whoever held a run is taken for dead at once: the time of its lease has passed. */
  expireLeases(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * The sandbox, a database and gateways as processes of their own. `testStore`: another one than a database of the test run.
 * `empty`: the gateways find nothing in it, not even the indexes.
 */
export async function openWorld(
  options: { contacts?: number; testStore?: TestStore; empty?: boolean } = {},
): Promise<World> {
  const sandbox = await openTestSandbox({ contacts: options.contacts ?? 4_000 });
  const testStore = options.testStore ?? (await openTestStore());
  if (options.empty !== true) await ensureIndexes(testStore.db);
  const store = createStore({ db: testStore.db, info: { kind: 'SERVER', version: 'test', changeStreams: false } });
  const dir = await createWorkingDir();
  const instances: GatewayProcess[] = [];
  const newest = () => store.syncRuns.collection.findOne({}, { sort: { _id: -1 } });

  return {
    sandbox,
    store,
    async gateway(settings = {}) {
      const instance = startGateway({
        cwd: dir.path,
        settings: {
          MONGODB_URI: testStore.uri,
          CC_ACCESS_TOKEN: 'sandbox',
          CC_API_URL: sandbox.apiUrl,
          CC_REQUESTS_PER_SECOND: '1000',
          CC_REQUESTS_PER_DAY: '1000000',
          SYNC_SCHEDULE: 'off',
          FULL_SYNC_SCHEDULE: 'off',
          ...settings,
        },
      });
      instances.push(instance);
      const [, url = ''] = await instance.says(/GraphQL\s+(http:\S+)\/graphql/);
      return { ...instance, url };
    },
    lastRunEnded: () =>
      until('the end of the run', async () => {
        const run = await newest();
        return run !== null && hasEnded(run.status) ? run : null;
      }),
    firstPage: () =>
      until('the first page', async () => {
        const run = await newest();
        return run !== null && run.counts.fetched > 0 ? run : null;
      }),
    async expireLeases() {
      await store.syncRuns.collection.updateMany(
        { activeKey: { $exists: true }, lease: { $ne: null } },
        { $set: { 'lease.expiresAt': new Date(0) } },
      );
    },
    async [Symbol.asyncDispose]() {
      for (const instance of instances) {
        instance.child.kill('SIGCONT');
        await instance[Symbol.asyncDispose]();
      }
      await sandbox[Symbol.asyncDispose]();
      await testStore[Symbol.asyncDispose]();
      await dir[Symbol.asyncDispose]();
    },
  };
}

/** One operation over HTTP, asked again while the gateway is overloaded; throws where the answer has errors. */
export async function ask<T>(url: string, query: string, variables: object = {}): Promise<T> {
  // A process that was frozen a moment ago has an event loop that lags, and says so.
  const response = await until('an answer other than 503', async () => {
    const answer = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    return answer.status === 503 ? null : answer;
  });
  const { data, errors } = (await response.json()) as { data?: T; errors?: unknown };
  if (data === undefined || errors !== undefined) throw new Error(JSON.stringify(errors));
  return data;
}

/** Starts a run, or finds the one of its kind that is active. Answers the name of the result's type. */
export async function startRun(
  { url }: Pick<Instance, 'url'>,
  input: { kind: 'CONTACTS' | 'PUSH'; mode?: 'INCREMENTAL' | 'FULL' },
): Promise<string> {
  const mutation = 'mutation ($input: StartSyncInput!) { startSync(input: $input) { __typename } }';
  const { startSync } = await ask<{ startSync: { __typename: string } }>(url, mutation, { input });
  return startSync.__typename;
}

export const startPull = (instance: Pick<Instance, 'url'>, mode: 'INCREMENTAL' | 'FULL' = 'INCREMENTAL') =>
  startRun(instance, { kind: 'CONTACTS', mode });

/** Waits until no run is active on any instance. */
export const untilIdle = ({ url }: Pick<Instance, 'url'>) =>
  until('nothing under way', async () => {
    const { syncStatus } = await ask<{ syncStatus: { active: { id: string }[] } }>(
      url,
      '{ syncStatus { active { id } } }',
    );
    return syncStatus.active.length === 0 ? true : null;
  });

/** Contacts that nothing keeps an import from changing: subscribed, on a list, with an address that is not too long. */
export function pushable(truth: readonly TrueContact[]): TrueContact[] {
  return truth.filter(
    ({ deleted_at, email_address, list_memberships }) =>
      !deleted_at &&
      ['implicit', 'explicit'].includes(email_address?.permission_to_send ?? '') &&
      (email_address?.address.length ?? 99) <= 50 &&
      (list_memberships?.length ?? 0) > 0,
  );
}

/** Memory of a process, as the kernel accounts it. */
export async function residentBytes(pid: number): Promise<number> {
  const [, kib] = /^VmRSS:\s+(\d+)/m.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) * 1_024;
}

/** How many files and sockets a process has open. */
export const openFiles = async (pid: number) => (await readdir(`/proc/${pid}/fd`)).length;

/** Acts as people do meanwhile: one unsubscribes, one is renamed, one is deleted, one is new. */
export async function peopleAct(sandbox: TestSandbox, round: number): Promise<void> {
  const people = (await sandbox.truth()).filter(({ deleted_at }) => !deleted_at);
  const id = (offset: number) => people[(round * 37 + offset) % people.length]?.contact_id;
  await sandbox.control('POST', `/contacts/${id(1)}/unsubscribe`, { reason: 'enough' });
  await sandbox.control('PATCH', `/contacts/${id(2)}`, { first_name: `Round ${round}` });
  await sandbox.control('DELETE', `/contacts/${id(3)}`);
  await sandbox.control('POST', '/contacts', { email_address: { address: `round${round}@example.com` } });
}

/** After all trouble: the store is the primary's truth, with nothing doubled and no gap in what was told. */
export async function expectWhole({ sandbox, store }: Pick<World, 'sandbox' | 'store'>): Promise<void> {
  await expectInStep({ sandbox, store });
  const doubled = await store.db
    .collection('contactHistory')
    .aggregate([
      { $group: { _id: { contact: '$contact', revision: '$revision' }, times: { $sum: 1 } } },
      { $match: { times: { $gt: 1 } } },
    ])
    .toArray();
  expect(doubled).toEqual([]);
  for (const run of await store.syncRuns.collection.find().toArray()) {
    const events = await store.syncEvents.after(run, 0, 10_000);
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
    expect(events.at(-1)).toMatchObject({ type: 'FINISHED', sequence: run.lastSequence });
  }
}
