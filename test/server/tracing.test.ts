import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openTestGateway } from '../kit/gateway.ts';
import { openTestSandbox } from '../kit/sandbox.ts';
import { openTestStore } from '../kit/store.ts';

interface SentSpan {
  readonly name: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes: readonly { key: string; value: { stringValue?: string; intValue?: number } }[];
}

/** What an OpenTelemetry collector is sent. `silent`: it takes requests and never answers. */
async function openCollector({ silent = false } = {}) {
  const bodies: string[] = [];
  const headers: IncomingHttpHeaders[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    bodies.push(Buffer.concat(chunks).toString());
    headers.push(request.headers);
    if (!silent) response.setHeader('content-type', 'application/json').end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const spans = (): SentSpan[] =>
    bodies.flatMap((body) =>
      JSON.parse(body).resourceSpans.flatMap((resource: { scopeSpans: { spans: SentSpan[] }[] }) =>
        resource.scopeSpans.flatMap((scope) => scope.spans),
      ),
    );
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies, headers, spans };
}

async function openTracedGateway(endpoint: string, settings: Record<string, string> = {}) {
  const store = await openTestStore();
  const sandbox = await openTestSandbox({ contacts: 600 });
  const gateway = await openTestGateway({
    store,
    settings: {
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      CC_ACCESS_TOKEN: 'sandbox',
      CC_API_URL: sandbox.apiUrl,
      CC_REQUESTS_PER_SECOND: '1000',
      ...settings,
    },
  });
  onTestFinished(async () => {
    await gateway.close();
    await sandbox[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
  });
  return gateway;
}

test('a sync is one trace, from the operation over its run, pages and API requests to MongoDB, and tells nothing of people', {
  timeout: 60_000,
}, async () => {
  const key = 'canary-key-of-a-caller';
  const email = 'canary-person@example.com';
  vi.stubEnv('OTEL_EXPORTER_OTLP_HEADERS', 'x-tenant=acme');
  vi.stubEnv('OTEL_SERVICE_NAME', 'csg-of-acme');
  onTestFinished(() => void vi.unstubAllEnvs());
  const collector = await openCollector();
  const gateway = await openTracedGateway(collector.url, {
    API_KEYS: `canary-caller:admin:${createHash('sha256').update(key).digest('hex')}`,
  });
  const authorization = `Bearer ${key}`;

  const saved = await gateway.graphql(
    `mutation Save($input: SaveContactInput!) { saveContact(input: $input) { __typename } }`,
    { authorization, variables: { input: { contact: { email }, firstName: 'Canaryfirst' } } },
  );
  expect(saved.data).toEqual({ saveContact: { __typename: 'SaveContactSuccess' } });
  await gateway.graphql(`{ contacts(first: 1, filter: { emails: ["${email}"] }) { nodes { email } } }`, {
    authorization,
  });
  const refused = await gateway.graphql(`query Refused { contacts(first: -1) { nodes { email } } }`, { authorization });
  expect(refused.errors).toBeDefined();
  const { data } = await gateway.graphql(
    'mutation Pull { startSync(input: { kind: CONTACTS }) { ... on StartSyncSuccess { run { id } } } }',
    { authorization },
  );
  const { id } = data.startSync.run;
  const status = async () =>
    (await gateway.graphql(`{ syncRun(id: "${id}") { status } }`, { authorization })).data.syncRun.status;
  await vi.waitFor(async () => expect(await status()).toBe('SUCCEEDED'), { timeout: 30_000 });
  expect(await gateway.close()).toBe(true);

  const spans = collector.spans();
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const lineOf = (span: SentSpan): string[] => {
    const parent = byId.get(span.parentSpanId ?? '');
    return [...(parent === undefined ? [] : lineOf(parent)), span.name];
  };
  const lines = new Set(spans.map((span) => lineOf(span).join(' > ')));
  expect(lines).toContain('mutation Save > find contacts');
  expect(lines).toContain('query Refused');
  const page = 'mutation Pull > sync CONTACTS > page';
  expect(lines).toContain(`${page} > GET /contacts`);
  expect(lines).toContain(`${page} > GET /contacts > findAndModify requestBudget`);
  expect(lines).toContain(`${page} > insert contacts`);
  // Loops of the gateway's own make no traces.
  const roots = new Set(spans.filter(({ parentSpanId }) => !byId.has(parentSpanId ?? '')).map(({ name }) => name));
  expect([...roots].filter((name) => !/^(query|mutation)( \w+)?$/.test(name))).toEqual([]);

  expect(collector.headers.every((headers) => headers['x-tenant'] === 'acme')).toBe(true);
  const sent = collector.bodies.join('\n');
  expect(sent).toContain('csg-of-acme');
  for (const canary of ['canary', '@example', 'Canaryfirst', key, 'Bearer']) expect(sent).not.toContain(canary);
});

test.each([
  ['is not there', async () => 'http://127.0.0.1:9'],
  ['never answers', async () => (await openCollector({ silent: true })).url],
])('a collector that %s harms nothing, and the stop does not wait for it', { timeout: 30_000 }, async (_how, open) => {
  const gateway = await openTracedGateway(await open());
  const { data } = await gateway.graphql('{ syncStatus { connection } }');
  expect(data).toEqual({ syncStatus: { connection: 'CONNECTED' } });
  expect(await gateway.close()).toBe(true);
});
