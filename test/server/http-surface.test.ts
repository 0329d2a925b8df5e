import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HttpServer } from '../../src/server/http-server.ts';
import { openTestServer, post } from './test-server.ts';

let server: HttpServer;

beforeAll(async () => {
  ({ server } = await openTestServer());
});
afterAll(() => server.close());

const statusWithHeaders = (path: string, headers: Record<string, string>) =>
  new Promise<number | undefined>((resolve, reject) => {
    request(`${server.url}${path}`, { headers }, (response) => resolve(response.resume().statusCode))
      .on('error', reject)
      .end();
  });

test('an unknown address answers 404 in JSON', async () => {
  const response = await fetch(`${server.url}/nowhere?x=1`);
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ error: { code: 'NOT_FOUND' } });
});

test.each([
  ['PUT', '/graphql', 'GET, POST, OPTIONS'],
  ['DELETE', '/graphql', 'GET, POST, OPTIONS'],
  ['POST', '/', 'GET, HEAD'],
  ['POST', '/webhooks', 'GET, HEAD'],
  ['POST', '/health/live', 'GET, HEAD'],
  ['PATCH', '/metrics', 'GET, HEAD'],
])('%s %s answers 405 and what is allowed', async (method, path, allow) => {
  const response = await fetch(`${server.url}${path}`, { method });
  expect(response.status).toBe(405);
  expect(response.headers.get('allow')).toBe(allow);
});

test('it is alive and ready', async () => {
  expect(await (await fetch(`${server.url}/health/live`)).json()).toEqual({ live: true });
  const ready = await fetch(`${server.url}/health/ready`);
  expect(ready.status).toBe(200);
  expect(await ready.json()).toEqual({ ready: true, stopping: false, checks: { store: 'ok' } });
});

test('all metrics are there from the start, with their units in their names', async () => {
  const { server: fresh } = await openTestServer();
  const text = await (await fetch(`${fresh.url}/metrics`)).text();
  await fresh.close();
  expect(text).toContain('csg_graphql_operations_total{type="mutation",outcome="failed"} 0');
  expect(text).toContain('csg_graphql_subscriptions_count{transport="websocket"} 0');
  expect(text).toContain('csg_graphql_operation_duration_seconds_count{type="query"} 0');
});

test('browsers get GraphiQL, which loads nothing from elsewhere', async () => {
  const graphiql = await fetch(`${server.url}/graphql`, { headers: { accept: 'text/html,*/*;q=0.8' } });
  expect(graphiql.headers.get('content-type')).toContain('text/html');
  expect(graphiql.headers.get('content-security-policy')).toContain("connect-src 'self'");
  const html = await graphiql.text();
  expect(html).toContain('YogaGraphiQL');
  expect(html).not.toMatch(/<script[^>]+src=|<link[^>]+href="http/);
});

test('other sites get no leave: no CORS, no framing, no sniffing, no other host name', async () => {
  const response = await post(server.url, { query: '{ hello }' }, { origin: 'https://evil.example' });
  expect(response.headers.get('access-control-allow-origin')).toBeNull();
  expect(response.headers.get('x-frame-options')).toBe('DENY');
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  const preflight = await fetch(`${server.url}/graphql`, {
    method: 'OPTIONS',
    headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
  });
  expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
  expect(await statusWithHeaders('/health/live', { host: 'evil.example:4000' })).toBe(421);
  expect(await statusWithHeaders('/health/live', { host: 'localhost:4000' })).toBe(200);
});

test('headers without end are refused', async () => {
  expect(await statusWithHeaders('/health/live', { 'x-pad': 'x'.repeat(20_000) })).toBe(431);
});
