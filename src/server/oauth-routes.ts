import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AccountConnection } from '../auth/account-connection.ts';
import { isDomainError } from '../domain-error.ts';
import type { Logger } from '../logger.ts';
import { isSentByForeignPage } from './origin-check.ts';
import { queryOf } from './query-of.ts';
import { escapeHtml, sendPage } from './result-page.ts';
import type { RouteGroup } from './route-group.ts';

const CONNECT_PATH = '/oauth/connect';
const CALLBACK_PATH = '/oauth/callback';
const COOKIE = 'csg_oauth';
const COOKIE_SECONDS = 600;
const MAX_FORM_BYTES = 8 * 1024;
/** Codes and states are far shorter. */
const MAX_VALUE_LENGTH = 2_000;
const COMPLETE_LIMIT_MS = 60_000;
const NO_ORIGINS: ReadonlySet<string> = new Set();

/** What the owner's decision may come back with, in our own words: the server's are not shown. */
const DENIALS: ReadonlyMap<string, string> = new Map([
  ['access_denied', 'Access was denied on the page of Constant Contact. Nothing has changed.'],
  ['invalid_scope', 'Constant Contact does not grant this application what the gateway needs.'],
  ['unauthorized_client', 'Constant Contact does not know this application: check CC_CLIENT_ID.'],
]);

/** True where these credentials may connect an account; without authentication, for everybody on this machine. */
export type MayConnect = (authorization: string | undefined) => Promise<boolean>;

/**
 * The pages on which the account's owner connects it. Where callers are asked who they are, a page of the browser asks
 * for a key with the scope `admin`: else a stranger could connect an account of his own and have contacts pushed to it.
 * @param redirectUri called when it is needed: the port may not be known before
 */
export function oauthRoutes({
  connection,
  redirectUri,
  authorizeOrigin,
  mayConnect,
  logger,
}: {
  connection: AccountConnection;
  redirectUri: () => string;
  authorizeOrigin: string;
  mayConnect: MayConnect;
  logger: Logger;
}): RouteGroup {
  const cookieFor = (value: string, maxAgeSeconds: number) =>
    [
      `${COOKIE}=${value}`,
      'Path=/oauth',
      'HttpOnly',
      // Lax: the browser comes back from another site, by a link.
      'SameSite=Lax',
      `Max-Age=${maxAgeSeconds}`,
      ...(redirectUri().startsWith('https:') ? ['Secure'] : []),
    ].join('; ');

  async function begin(request: FastifyRequest, reply: FastifyReply, status: 302 | 303): Promise<FastifyReply> {
    if (isSentByForeignPage(request.headers, NO_ORIGINS)) return askAgain(request, reply);
    const { authorizeUrl, browserSecret } = await connection.begin({
      redirectUri: redirectUri(),
      replaceAccount: isReplacement(request),
    });
    return reply
      .header('set-cookie', cookieFor(browserSecret, COOKIE_SECONDS))
      .header('cache-control', 'no-store')
      .redirect(authorizeUrl, status);
  }

  /** Where nobody is asked who they are, a page of another site could begin, and say that another account is meant. */
  function askAgain(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    return sendPage(reply, {
      status: 403,
      title: 'Connect the account',
      content: `<p>A page of another site has led here. <a href="${connectPathOf(request)}">${
        isReplacement(request) ? 'Put another account in the place of the connected one' : 'Connect an account'
      }</a> only if you want to.</p>`,
    });
  }

  function askForKey(request: FastifyRequest, reply: FastifyReply, problem: string): FastifyReply {
    return sendPage(reply, {
      status: 401,
      title: 'Connect the account',
      formTargets: [authorizeOrigin],
      content: `<p>${escapeHtml(problem)}</p>
<form method="post" action="${connectPathOf(request)}">
<label>API key or token with the scope <code>admin</code>
<input type="password" name="key" autocomplete="off" required></label>
<button type="submit">Go on to Constant Contact</button>
</form>`,
    });
  }

  function failed(reply: FastifyReply, status: number, message: string): FastifyReply {
    const content = `<p>${escapeHtml(message)}</p><p><a href="${CONNECT_PATH}">Try again</a></p>`;
    return sendPage(reply.header('set-cookie', cookieFor('', 0)), { status, title: 'Not connected', content });
  }

  async function complete(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const query = queryOf(request);
    const [state, code, error] = ['state', 'code', 'error'].map((name) => query.get(name) ?? '');
    const browserSecret = cookieOf(request);
    if (!browserSecret || !state || (!code && !error) || (code ?? '').length > MAX_VALUE_LENGTH) {
      const host = new URL(redirectUri()).origin;
      return failed(reply, 400, `This browser has not begun a connection. Begin at ${host}${CONNECT_PATH}.`);
    }
    if (error) {
      await connection.abandon(state, browserSecret);
      return failed(reply, 400, DENIALS.get(error) ?? 'Constant Contact has refused the connection.');
    }
    try {
      const limit = AbortSignal.timeout(COMPLETE_LIMIT_MS);
      const account = await connection.complete({ state, code: code ?? '', browserSecret }, limit);
      const name = escapeHtml(account.organizationName ?? account.encodedAccountId);
      return sendPage(reply.header('set-cookie', cookieFor('', 0)), {
        status: 200,
        title: 'Connected',
        content: `<p>The account <strong>${name}</strong> is connected. This page can be closed.</p><p><a href="/">Status</a></p>`,
      });
    } catch (cause) {
      if (!isDomainError(cause)) throw cause;
      logger.warn({ error: cause }, 'account not connected');
      if (cause.code === 'RECONNECT_REQUIRED') {
        return failed(reply, 400, 'The answer of Constant Contact was used already or has come too late.');
      }
      return failed(reply, cause.retryable ? 503 : 400, cause.message);
    }
  }

  return {
    methods: new Map([
      [CONNECT_PATH, 'GET, POST'],
      [CALLBACK_PATH, 'GET'],
    ]),
    async plugin(app) {
      app.removeAllContentTypeParsers();
      app.addContentTypeParser(
        'application/x-www-form-urlencoded',
        { parseAs: 'string', bodyLimit: MAX_FORM_BYTES },
        (_request, body, done) => done(null, new URLSearchParams(body.toString())),
      );
      app.get(CONNECT_PATH, { exposeHeadRoute: false }, async (request, reply) => {
        if (await mayConnect(request.headers.authorization)) return begin(request, reply, 302);
        return askForKey(request, reply, 'Only an administrator of this gateway may connect an account.');
      });
      app.post(CONNECT_PATH, async (request, reply) => {
        const key = request.body instanceof URLSearchParams ? (request.body.get('key') ?? '') : '';
        if (key !== '' && (await mayConnect(`Bearer ${key}`))) return begin(request, reply, 303);
        return askForKey(request, reply, 'This key is unknown or lacks the scope admin.');
      });
      app.get(CALLBACK_PATH, { exposeHeadRoute: false }, complete);
    },
  };
}

const isReplacement = (request: FastifyRequest) => queryOf(request).get('replaceAccount') === 'true';
const connectPathOf = (request: FastifyRequest) =>
  `${CONNECT_PATH}${isReplacement(request) ? '?replaceAccount=true' : ''}`;

/** Browsers send `name=value` pairs joined by `; `; ours is of base64url, so nothing has to be decoded. */
function cookieOf({ headers }: FastifyRequest): string {
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1) ?? '';
}
