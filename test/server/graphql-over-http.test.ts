import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HttpServer } from '../../src/server/http-server.ts';
import { openTestServer, operationsEnded, post, type Witness } from './test-server.ts';

let server: HttpServer;
let witness: Witness;

beforeAll(async () => {
  ({ server, witness } = await openTestServer());
});
afterAll(() => server.close());

const graphql = async (body: unknown) => (await post(server.url, body)).json();

describe('operations', () => {
  test('a query is answered by POST, as both media types', async () => {
    const json = await post(server.url, { query: '{ hello }' }, { accept: 'application/json' });
    expect(json.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await json.json()).toEqual({ data: { hello: 'world' } });
    const response = await post(server.url, { query: '{ hello }' }, { accept: 'application/graphql-response+json' });
    expect(response.headers.get('content-type')).toBe('application/graphql-response+json; charset=utf-8');
    expect(await response.json()).toEqual({ data: { hello: 'world' } });
  });

  test('media types are known in any case', async () => {
    const headers = { 'content-type': 'Application/JSON; Charset=UTF-8', accept: 'Application/JSON' };
    const response = await post(server.url, { query: '{ hello }' }, headers);
    expect(await response.json()).toEqual({ data: { hello: 'world' } });
  });

  test('a query is answered by GET, with variables', async () => {
    const search = new URLSearchParams({
      query: 'query ($by: Reference!) { person(by: $by) { name } }',
      variables: JSON.stringify({ by: { id: '7' } }),
    });
    const response = await fetch(`${server.url}/graphql?${search}`, { headers: { accept: 'application/json' } });
    expect(await response.json()).toEqual({ data: { person: { name: '7' } } });
  });

  test('a mutation by GET is refused and does nothing', async () => {
    const before = witness.mutations;
    const response = await fetch(`${server.url}/graphql?query=${encodeURIComponent('mutation { count }')}`);
    expect(response.status).toBe(405);
    expect(witness.mutations).toBe(before);
  });

  test('each operation of a document answers under its own name, also when the document is known already', async () => {
    const query = 'query A { hello } query B { people(names: ["Ada"]) { name } } mutation C { count }';
    expect(await graphql({ query, operationName: 'A' })).toEqual({ data: { hello: 'world' } });
    expect(await graphql({ query, operationName: 'B' })).toEqual({ data: { people: [{ name: 'Ada' }] } });
    expect(await graphql({ query, operationName: 'C' })).toEqual({ data: { count: expect.any(Number) } });
  });

  test('a @oneOf variable with two fields, or a list in its place, is refused', async () => {
    const query = 'query ($by: Reference!) { person(by: $by) { name } }';
    expect(await graphql({ query, variables: { by: { email: 'a' } } })).toEqual({ data: { person: { name: 'a' } } });
    for (const by of [{ id: '1', email: 'a' }, {}, [], { id: null }]) {
      const { data, errors } = await graphql({ query, variables: { by } });
      expect(errors?.[0]?.extensions?.code).toBe('INVALID_INPUT');
      expect(data, JSON.stringify(by)).toBeUndefined();
      expect(errors[0].message).toContain('$by');
    }
  });
});

describe('incremental delivery', () => {
  const query = '{ hello people(names: ["Ada", "Bo"]) { name ... @defer { slow } } }';

  test('deferred parts arrive after the first answer', async () => {
    const response = await post(server.url, { query }, { accept: 'multipart/mixed' });
    expect(response.headers.get('content-type')).toContain('multipart/mixed');
    const parts = (await response.text())
      .split('---')
      .map((part) => part.slice(part.indexOf('{')).trim())
      .filter((part) => part.startsWith('{'))
      .map((part) => JSON.parse(part));
    expect(parts[0]).toEqual({
      data: { hello: 'world', people: [{ name: 'Ada' }, { name: 'Bo' }] },
      hasNext: true,
    });
    const late = parts.slice(1).flatMap(({ incremental }) => incremental ?? []);
    expect(late.map(({ data }) => data.slow).sort()).toEqual(['Ada, later', 'Bo, later']);
    expect(parts.at(-1)?.hasNext).toBe(false);
  });

  test('the same fields without @defer come in one answer', async () => {
    expect(await graphql({ query: query.replace('@defer', '') })).toEqual({
      data: {
        hello: 'world',
        people: [
          { name: 'Ada', slow: 'Ada, later' },
          { name: 'Bo', slow: 'Bo, later' },
        ],
      },
    });
  });
});

describe('errors', () => {
  test('a domain error tells its message and code', async () => {
    const { data, errors } = await graphql({ query: '{ refused }' });
    expect(data).toEqual({ refused: null });
    expect(errors).toMatchObject([
      { message: 'There is no such thing.', path: ['refused'], extensions: { code: 'NOT_FOUND' } },
    ]);
  });

  test.each(['{ broken }', 'query A { broken } query B { hello }'])('a defect is masked in %s', async (query) => {
    const response = await post(server.url, { query, operationName: query.startsWith('query') ? 'A' : undefined });
    const text = await response.text();
    expect(text).not.toMatch(/hunter2|example\.com|mongodb/);
    const { errors } = JSON.parse(text);
    expect(errors).toMatchObject([{ path: ['broken'], extensions: { code: 'INTERNAL_SERVER_ERROR' } }]);
    expect(errors[0].extensions.requestId).toBe(response.headers.get('x-request-id'));
  });

  test('what is no GraphQL, or not of this schema, is the caller’s mistake', async () => {
    for (const query of ['{', '{ nothing }', '{ people(names: 7) { name } }', '']) {
      const response = await post(server.url, { query }, { accept: 'application/graphql-response+json' });
      expect(response.status, query).toBe(400);
      expect((await response.json()).errors[0].message, query).not.toContain('our side');
    }
  });

  test('every outcome is counted', async () => {
    const counts = () =>
      Promise.all(['ok', 'failed'].map((outcome) => operationsEnded(server.url, { type: 'query', outcome })));
    const before = await counts();
    await graphql({ query: '{ hello }' });
    await graphql({ query: '{ broken }' });
    const after = await counts();
    expect(after).toEqual(before.map((value) => value + 1));
  });
});

describe('requests that are none', () => {
  test.each([
    ['no JSON', '{"query": ', {}, 400],
    ['no object', '7', {}, 400],
    ['an empty body', '', {}, 400],
    ['a form', 'query=mutation{count}', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['plain text', '{"query":"mutation{count}"}', { 'content-type': 'text/plain' }, 415],
    ['too long a body', JSON.stringify({ query: '{ hello }', pad: 'x'.repeat(1_100_000) }), {}, 413],
    ['a batch', '[{"query":"{ hello }"},{"query":"{ hello }"}]', {}, 400],
  ])('%s is refused with a GraphQL error', async (_name, body, headers, status) => {
    const before = witness.mutations;
    const response = await post(server.url, body, headers);
    expect(response.status).toBe(status);
    expect((await response.json()).errors[0].message).toEqual(expect.any(String));
    expect(witness.mutations).toBe(before);
  });

  test.each(['variables=[', 'extensions={', 'variables=%7B%22a%22%3A'])('%s by GET is refused', async (parameter) => {
    const response = await fetch(`${server.url}/graphql?query=%7Bhello%7D&${parameter}`);
    expect(response.status).toBe(400);
    expect((await response.json()).errors[0]).toMatchObject({ message: expect.stringMatching(/is not JSON/) });
  });

  test('variables within variables without end are the caller’s mistake', async () => {
    const deep = `${'{"id":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
    for (const query of ['{ hello }', 'query ($by: Reference!) { person(by: $by) { name } }']) {
      const answer = await graphql(`{"query": ${JSON.stringify(query)}, "variables": {"by": ${deep}}}`);
      expect(answer.errors, query).toMatchObject([{ extensions: { code: 'INVALID_INPUT' } }]);
    }
  });

  test('a body that grows beyond the limit while it is read is refused', async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const outgoing = httpRequest(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
      });
      outgoing.on('response', (response) => resolve(response.resume().statusCode));
      outgoing.on('error', reject);
      outgoing.write('{"query": "');
      for (let sent = 0; sent < 20; sent++) outgoing.write('x'.repeat(100_000));
    });
    expect(status).toBe(413);
  });

  test('bytes that are no UTF-8 are refused', async () => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: Buffer.from([0x7b, 0xff, 0x7d]),
    });
    expect(response.status).toBe(400);
  });
});
