import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { sendPage } from './result-page.ts';

/** The addresses that the console draws itself. Every other path keeps its own answer, or none. */
const PAGES = ['/', '/runs', '/runs/:id', '/contacts', '/contacts/:id', '/differences', '/webhooks'];
/** Where Vite is told to leave a place for the nonce of each answer, see console/vite.config.ts. */
const NONCE_PLACE = 'CSP_NONCE';
const NONCE_BYTES = 16;
/** The build, beside the compiled server; its sources stand one folder further away. */
const BUILT = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../dist/console/' : '../console/', import.meta.url),
);

/** Paths without a parameter, with the methods that they allow. */
export const CONSOLE_METHODS: ReadonlyMap<string, string> = new Map(
  PAGES.filter((path) => !path.includes(':')).map((path) => [path, 'GET, HEAD']),
);

function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    // The component library adds a style element or two of its own: they carry the nonce.
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function sendUnbuilt(reply: FastifyReply): FastifyReply {
  const content = `<p>The console is not built: run <code>npm run build</code> and start the gateway again.</p>
<p><a href="/graphql">GraphiQL</a> and the API work without it.</p>`;
  return sendPage(reply, { status: 503, title: 'Contact sync gateway', content });
}

/**
 * Serves the built console. Its page is made anew for each answer (a nonce stands in it) and never cached; its other
 * files have the hash of their content in their names and are kept for a year.
 */
export async function serveConsole(app: FastifyInstance): Promise<void> {
  const html = await readFile(join(BUILT, 'index.html'), 'utf8').catch(() => null);
  for (const path of PAGES) {
    app.get(path, (_request, reply) => {
      if (html === null) return sendUnbuilt(reply);
      const nonce = randomBytes(NONCE_BYTES).toString('base64');
      return reply
        .type('text/html; charset=utf-8')
        .header('content-security-policy', contentSecurityPolicy(nonce))
        .header('cache-control', 'no-store')
        .send(html.replaceAll(NONCE_PLACE, nonce));
    });
  }
  if (html === null) return;
  await app.register(fastifyStatic, {
    root: join(BUILT, 'assets'),
    prefix: '/assets/',
    index: false,
    decorateReply: false,
    preCompressed: true,
    immutable: true,
    maxAge: '1y',
  });
}
