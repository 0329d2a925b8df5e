import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { Kind, OperationTypeNode, parse } from 'graphql';
import { ObjectId } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createGatewayClient, GatewayError } from '../../src/client/index.ts';
import { PERSISTED_OPERATIONS } from '../../src/client/persisted-operations.ts';
import { nodeId } from '../../src/schema/node-id.ts';
import { createSchema } from '../../src/schema/schema.ts';
import { createStore, type Store } from '../../src/store/store.ts';
import { openTestGateway, type TestGateway } from '../kit/gateway.ts';
import { openTestGraphQL, type TestGraphQL } from '../kit/graphql.ts';
import { seedContacts } from '../kit/seed-contacts.ts';
import { seedRun } from '../kit/seed-runs.ts';
import { openTestStore, type TestStore } from '../kit/store.ts';

const URL = 'http://localhost/graphql';
const AT_ONCE = { delayMs: 1, maxDelayMs: 1 };

describe('the typed client', () => {
  let graphql: TestGraphQL;
  beforeAll(async () => {
    graphql = await openTestGraphQL();
    await seedContacts(graphql.store, [{ profile: { email: 'a@example.org', firstName: 'Ann' } }]);
  });
  afterAll(() => graphql[Symbol.asyncDispose]());

  it('reads and writes with types', async () => {
    const client = createGatewayClient(URL, { fetch: graphql.serve });
    const { contact } = await client.contact({ by: { email: 'A@example.org' } });
    expect(contact).toMatchObject({ firstName: 'Ann', consent: { permissionToSend: 'EXPLICIT' }, tags: [] });
    const { startSync } = await client.startSync({ input: { kind: 'LISTS', lists: [{ name: 'No such list' }] } });
    expect(startSync).toMatchObject({
      __typename: 'InvalidInput',
      code: 'INVALID_INPUT',
      problems: [{ path: ['input', 'lists', '0'] }],
    });
  });

  it('sends its headers with every request, asked for anew', async () => {
    const seen: (string | null)[] = [];
    let token = 0;
    const client = createGatewayClient(URL, {
      headers: () => ({ authorization: `Bearer ${++token}` }),
      fetch: async (input, init) => {
        seen.push(new Headers(init?.headers).get('authorization'));
        return await graphql.serve(input, init);
      },
    });
    await client.contactCount();
    for await (const _ of client.syncProgress({
      runId: nodeId('SyncRun', (await seedRun(graphql.store, { events: 1, ended: true }))._id),
    }));
    expect(seen).toEqual(['Bearer 1', 'Bearer 2', 'Bearer 3']);
  });

  it('follows a run to its end, each event once, over connections that break', async () => {
    const run = await seedRun(graphql.store, { events: 10, ended: true });
    const asked: number[] = [];
    const client = createGatewayClient(URL, {
      reconnect: AT_ONCE,
      fetch: async (input, init) => {
        const response = await graphql.serve(input, init);
        const { variables } = JSON.parse(String(init?.body));
        if (variables.afterSequence === undefined) return response;
        asked.push(variables.afterSequence);
        if (asked.length === 1) throw new TypeError('connection refused');
        if (asked.length === 2) return new Response('starting', { status: 503 });
        return asked.length > 4 ? response : cutAfter(response, 3);
      },
    });
    const sequences: number[] = [];
    for await (const event of client.syncProgress({ runId: nodeId('SyncRun', run._id), afterSequence: 1 }))
      sequences.push(event.sequence);
    expect(sequences).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(asked).toEqual([1, 1, 1, 4, 7]);
  });

  it('goes on when a gateway that stops completes the stream of a run that has not ended', async () => {
    const run = await seedRun(graphql.store, { events: 2, ended: false });
    const client = createGatewayClient(URL, { fetch: graphql.serve, reconnect: AT_ONCE });
    const sequences: number[] = [];
    for await (const event of client.syncProgress({ runId: nodeId('SyncRun', run._id) })) {
      sequences.push(event.sequence);
      if (event.sequence === 2)
        await graphql.store.syncEvents.append({
          runId: run._id,
          sequence: 3,
          at: new Date(),
          type: 'FINISHED',
          message: 'done',
        });
      if (event.sequence === 3)
        await graphql.store.syncRuns.collection.updateOne(
          { _id: run._id },
          { $set: { status: 'SUCCEEDED', finishedAt: new Date() } },
        );
    }
    expect(sequences).toEqual([1, 2, 3]);
  });

  it('tells what the gateway refuses, and does not ask again', async () => {
    let requests = 0;
    const client = createGatewayClient(URL, {
      reconnect: AT_ONCE,
      fetch: (input, init) => {
        requests += 1;
        return graphql.serve(input, init);
      },
    });
    const unknown = client.syncProgress({ runId: nodeId('SyncRun', new ObjectId()) }).next();
    await expect(unknown).rejects.toThrow(GatewayError);
    await expect(unknown).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(requests).toBe(1);
  });

  it('takes a stream that has fallen silent for broken, and goes on', async () => {
    const run = await seedRun(graphql.store, { events: 2, ended: true, kind: 'LISTS' });
    let streams = 0;
    const client = createGatewayClient(URL, {
      reconnect: { ...AT_ONCE, silenceMs: 50 },
      fetch: async (input, init) => {
        if (!new Headers(init?.headers).get('accept')?.includes('event-stream') || ++streams > 2)
          return await graphql.serve(input, init);
        if (streams === 2)
          return new Response(new ReadableStream(), { headers: { 'content-type': 'text/event-stream' } });
        return await new Promise((_, reject) => {
          init?.signal?.addEventListener('abort', () => reject(init.signal?.reason));
        });
      },
    });
    const sequences: number[] = [];
    for await (const event of client.syncProgress({ runId: nodeId('SyncRun', run._id) }))
      sequences.push(event.sequence);
    expect(sequences).toEqual([1, 2]);
    // On a busy machine one that is not silent may be taken for it, too.
    expect(streams).toBeGreaterThanOrEqual(3);
  });

  it('has an operation for each field of Query, Mutation and Subscription', () => {
    const asked = new Set(
      Object.values(PERSISTED_OPERATIONS).flatMap((text) =>
        parse(text).definitions.flatMap((definition) =>
          definition.kind === Kind.OPERATION_DEFINITION
            ? definition.selectionSet.selections.map((field) =>
                field.kind === Kind.FIELD ? `${definition.operation} ${field.name.value}` : '',
              )
            : [],
        ),
      ),
    );
    const schema = createSchema();
    for (const operation of Object.values(OperationTypeNode))
      for (const field of Object.keys(schema.getRootType(operation)?.getFields() ?? {}))
        expect([...asked]).toContain(`${operation} ${field}`);
  });

  it('gives up after so many attempts, and stops at once when told to', async () => {
    let requests = 0;
    const unreachable: typeof fetch = async () => {
      requests += 1;
      throw new TypeError('connection refused');
    };
    const client = createGatewayClient(URL, { fetch: unreachable, reconnect: { ...AT_ONCE, attempts: 3 } });
    await expect(client.syncRunChanged().next()).rejects.toThrow('cannot be reached');
    expect(requests).toBe(4);

    const patient = createGatewayClient(URL, {
      fetch: unreachable,
      reconnect: { delayMs: 60_000, maxDelayMs: 60_000 },
    });
    const stop = new AbortController();
    const waiting = patient.syncRunChanged({}, { signal: stop.signal }).next();
    stop.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
  });
});

describe('the typed client over a WebSocket', () => {
  const KEY = 'key-of-a-page';
  let testStore: TestStore;
  let gateway: TestGateway;
  let store: Store;
  beforeAll(async () => {
    testStore = await openTestStore();
    const sha256 = createHash('sha256').update(KEY).digest('hex');
    gateway = await openTestGateway({ store: testStore, settings: { API_KEYS: `page:sync:read:${sha256}` } });
    store = createStore({ db: testStore.db, info: { kind: 'EMBEDDED', version: '8.0', changeStreams: false } });
  });
  afterAll(async () => {
    await gateway?.[Symbol.asyncDispose]();
    await testStore?.[Symbol.asyncDispose]();
  });

  /** A client whose first `cuts` connections break at their third event. */
  function openClient(cuts: number, authorization = `Bearer ${KEY}`) {
    const sockets: WebSocket[] = [];
    class CutSocket extends WebSocket {
      constructor(url: string, protocol: string) {
        super(url, protocol);
        const isCut = sockets.push(this) <= cuts;
        let events = 0;
        this.on('message', (data) => {
          if (String(data).includes('"type":"next"') && ++events === 3 && isCut)
            this.removeAllListeners('message').terminate();
        });
      }
    }
    const client = createGatewayClient(`${gateway.url}/graphql`, {
      headers: async () => ({ authorization }),
      subscriptions: 'websocket',
      webSocket: CutSocket,
      reconnect: AT_ONCE,
    });
    return { client, sockets };
  }

  it('follows a run to its end, each event once, over connections that break, and leaves none open', async () => {
    const run = await seedRun(store, { events: 8, ended: true, kind: 'LISTS' });
    const { client, sockets } = openClient(2);
    const sequences: number[] = [];
    for await (const event of client.syncProgress({ runId: nodeId('SyncRun', run._id) }))
      sequences.push(event.sequence);
    expect(sequences).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(sockets).toHaveLength(3);
    await Promise.all(sockets.map((socket) => socket.readyState === WebSocket.CLOSED || once(socket, 'close')));
  });

  it('tells what the gateway refuses, and does not ask again', async () => {
    const { client, sockets } = openClient(0);
    const unknown = client.syncProgress({ runId: nodeId('SyncRun', new ObjectId()) }).next();
    await expect(unknown).rejects.toMatchObject({ name: 'GatewayError', code: 'NOT_FOUND' });
    const stranger = openClient(0, 'Bearer of-nobody');
    await expect(stranger.client.syncRunChanged().next()).rejects.toMatchObject({
      name: 'GatewayError',
      code: 'UNAUTHENTICATED',
    });
    expect([sockets.length, stranger.sockets.length]).toEqual([1, 1]);
  });

  it('stops at once when told to', async () => {
    const { client, sockets } = openClient(0);
    const stop = new AbortController();
    const waiting = client.syncRunChanged({ kinds: ['PUSH'] }, { signal: stop.signal }).next();
    await expect.poll(() => sockets[0]?.readyState).toBe(WebSocket.OPEN);
    stop.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await expect.poll(() => sockets[0]?.readyState).toBe(WebSocket.CLOSED);
  });
});

/** The answer up to its `count`th event, then a broken connection. */
function cutAfter(response: Response, count: number): Response {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  let events = 0;
  const cut = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      for (const block of decoder.decode(chunk).split(/(?<=\n\n)/)) {
        if (events === count) return controller.error(new Error('connection reset'));
        if (block.startsWith('event: next')) events += 1;
        controller.enqueue(encoder.encode(block));
      }
    },
  });
  return new Response(response.body?.pipeThrough(cut) ?? null, response);
}
