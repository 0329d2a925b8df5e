import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HttpServer } from '../../src/server/http-server.ts';
import { openTestServer } from './test-server.ts';

const BUILT = join(import.meta.dirname, '..', '..', 'dist', 'console');
const FIRST_LOAD_BYTES = 250 * 1024;

let server: HttpServer;
const get = (path: string, headers: Record<string, string> = {}) => fetch(`${server.url}${path}`, { headers });

beforeAll(async () => {
  ({ server } = await openTestServer());
});
afterAll(() => server.close());

/** Scripts and styles that the page names, as paths. */
function assetsOf(html: string): string[] {
  return [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path ?? '');
}

test.each(['/', '/runs', '/runs/abc', '/contacts', '/contacts/Q29udGFjdDox', '/differences', '/webhooks?status=DEAD'])(
  '%s answers the page of the console, which is never cached',
  async (path) => {
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.text()).toContain('<div id="root">');
  },
);

test.each(['/webhooks/nowhere', '/runs/abc/def', '/contact', '/assets/nowhere.js', '/assets/../index.html', '/api'])(
  '%s is no page of the console and stays a 404 in JSON',
  async (path) => {
    const response = await get(path);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { code: 'NOT_FOUND' } });
  },
);

test('its policy lets own files run and nothing inline but what carries the nonce of this very answer', async () => {
  const nonces = await Promise.all(
    [1, 2].map(async () => {
      const response = await get('/');
      const policy = response.headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self';");
      expect(policy).not.toContain('unsafe');
      const nonce = /style-src 'self' 'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
      const html = await response.text();
      expect(html).toContain(`nonce="${nonce}"`);
      expect(html).not.toMatch(/CSP_NONCE|<script(?![^>]*src=)|<style| style=| on\w+=/);
      return nonce;
    }),
  );
  expect(new Set(nonces).size).toBe(2);
});

test('files with a hash in their names are kept for a year and sent compressed', async () => {
  const paths = assetsOf(await (await get('/')).text());
  expect(paths.length).toBeGreaterThanOrEqual(2);
  for (const path of paths) {
    expect(path).toMatch(/-[\w-]{8}\.\w+$/);
    const response = await get(path, { 'accept-encoding': 'br' });
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(response.headers.get('content-encoding')).toBe('br');
    expect(response.headers.get('content-type')).toMatch(/javascript|css|svg/);
  }
});

test('the first load is less than 250 KiB compressed, and the other pages come when they are gone to', async () => {
  const html = await readFile(join(BUILT, 'index.html'), 'utf8');
  const named = assetsOf(html).map((path) => path.replace('/assets/', ''));
  const files = await Promise.all(named.map((name) => readFile(join(BUILT, 'assets', name))));
  const bytes = [Buffer.from(html), ...files].reduce((sum, content) => sum + gzipSync(content).length, 0);
  expect(bytes).toBeLessThan(FIRST_LOAD_BYTES);
  const all = await readdir(join(BUILT, 'assets'));
  expect(all.filter((name) => name.endsWith('.js')).length).toBeGreaterThan(
    named.filter((n) => n.endsWith('.js')).length,
  );
});
