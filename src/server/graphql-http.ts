import { isUtf8 } from 'node:buffer';
import type { FastifyError, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { Authenticate } from '../auth/caller.ts';
import { isDomainError } from '../domain-error.ts';
import type { LimitCaller } from './caller-limit.ts';
import { crossOriginHeaders } from './cross-origin.ts';
import { GRAPHQL_PATH, type GraphQLServer } from './graphql.ts';
import { type AllowedOrigins, isSentByForeignPage } from './origin-check.ts';
import { OVERLOAD_MESSAGE, OVERLOAD_RETRY_SECONDS, type Overload } from './overload.ts';
import { queryOf } from './query-of.ts';
import type { ServerSentEvents } from './server-sent-events.ts';

const MAX_BODY_BYTES = 1024 * 1024;

/**
 * A form or plain text is what a page of another site can post without asking. JSON makes its browser ask first, and
 * only an origin on the list of CORS gets leave. So these types are the protection against cross-site request forgery.
 */
const BODY_TYPES = ['application/json', 'application/graphql+json'];

/** GraphiQL brings its styles, scripts and workers within the page. */
const GRAPHIQL_POLICY = [
  "default-src 'none'",
  "script-src 'unsafe-inline' 'unsafe-eval' blob:",
  'worker-src blob:',
  "style-src 'unsafe-inline'",
  'font-src data:',
  'img-src data:',
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const LONG_BODY_CHARS = 8 * 1024;

/** Yoga's adapter lists the keys of a body, and a text has as many as characters: a long one goes by as a stream of one. */
function bodyForYoga(text: string): string | AsyncIterable<Uint8Array> {
  if (text.length < LONG_BODY_CHARS) return text;
  const body = {
    bytes: Buffer.byteLength(text),
    async *[Symbol.asyncIterator]() {
      yield Buffer.from(text);
    },
  };
  return body;
}

const PARAMS = ['query', 'operationName', 'variables', 'extensions'] as const;

/** Of an operation by GET; the name of the one that is no JSON, where there is such a one: Yoga would take it for a defect of ours. */
function paramsOfAddress(query: URLSearchParams): { params: object } | { malformed: string } {
  const params: Record<string, unknown> = {};
  for (const name of PARAMS) {
    const text = query.get(name);
    try {
      params[name] = name === 'variables' || name === 'extensions' ? JSON.parse(text || 'null') : text;
    } catch {
      return { malformed: name };
    }
  }
  return { params };
}

/** Of an operation by POST; undefined for what is no JSON, which Yoga tells. */
function paramsOfBody(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

const ERROR_CODES: Readonly<Record<number, string>> = {
  401: 'UNAUTHENTICATED',
  413: 'REQUEST_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  429: 'RATE_LIMITED',
};

function sendGraphQLError(
  reply: FastifyReply,
  status: number,
  message: string,
  code = ERROR_CODES[status] ?? 'BAD_REQUEST',
): FastifyReply {
  const extensions = { code };
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  return reply.code(status).send({ errors: [{ message, extensions }] });
}

async function sendGraphiQL(reply: FastifyReply): Promise<FastifyReply> {
  // Several megabytes of page, needed by a developer now and then: loaded when asked for.
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const html = renderGraphiQL({
    endpoint: GRAPHQL_PATH,
    title: 'Contact sync gateway',
    subscriptionsProtocol: 'SSE',
    defaultQuery:
      '{\n  syncStatus {\n    connection\n  }\n  contacts(first: 5) {\n    nodes {\n      email\n      status\n    }\n  }\n}\n',
  });
  return reply.type('text/html; charset=utf-8').header('content-security-policy', GRAPHIQL_POLICY).send(html);
}

/** Queries by GET, everything by POST, subscriptions and deferred parts streamed, GraphiQL for a browser. */
export function serveGraphQLOverHttp({
  graphql,
  events,
  graphiql,
  allowedOrigins,
  overload,
  authenticate,
  limitCaller,
}: {
  graphql: GraphQLServer;
  events: ServerSentEvents;
  /** Whether a browser is shown GraphiQL. */
  graphiql: boolean;
  allowedOrigins: AllowedOrigins;
  overload: Overload;
  authenticate: Authenticate;
  limitCaller: LimitCaller;
}): FastifyPluginAsync {
  const execute = async (
    request: FastifyRequest,
    reply: FastifyReply,
    sent: { readonly body: string } | { readonly params: object },
  ) => {
    const caller = await authenticate(request.headers.authorization).catch((error: unknown) => {
      if (isDomainError(error)) return error;
      throw error;
    });
    if (isDomainError(caller))
      return sendGraphQLError(reply, caller.retryable ? 503 : 401, caller.message, caller.code);
    const waitSeconds = await limitCaller(caller);
    if (waitSeconds > 0) {
      reply.header('retry-after', String(waitSeconds));
      return sendGraphQLError(reply, 429, `Too many operations: wait ${waitSeconds} seconds.`);
    }
    // Yoga writes to the raw response: streams and all. It gets the text of the body and parses it, once.
    reply.hijack();
    reply.raw.setHeader('x-request-id', request.id);
    reply.raw.setHeader('cache-control', 'no-store');
    const { headers } = request.raw;
    const wantsEvents = headers.accept?.includes('text/event-stream') === true;
    const operation = { requestId: request.id, caller };
    if (wantsEvents) {
      const params = 'body' in sent ? paramsOfBody(sent.body) : sent.params;
      if (await events.serve(reply.raw, params, operation)) return undefined;
    }
    // Media types ignore case (RFC 9110); Yoga does not.
    if (headers['content-type'] !== undefined) headers['content-type'] = headers['content-type'].toLowerCase();
    const nodeRequest = 'body' in sent ? Object.assign(request.raw, { body: bodyForYoga(sent.body) }) : request.raw;
    await graphql.yoga(nodeRequest, reply.raw, { ...operation, transport: 'http' });
    return undefined;
  };

  return async (app) => {
    // On the raw response: Yoga writes to it, past the reply.
    app.addHook('onRequest', (request, reply, done) => {
      for (const [name, value] of Object.entries(crossOriginHeaders(request, allowedOrigins)))
        reply.raw.setHeader(name, value);
      if (request.method === 'OPTIONS' || !overload.isOverloaded()) return done();
      reply.header('retry-after', String(OVERLOAD_RETRY_SECONDS));
      sendGraphQLError(reply, 503, OVERLOAD_MESSAGE, 'OVERLOADED');
    });
    app.removeAllContentTypeParsers();
    app.addContentTypeParser(BODY_TYPES, { parseAs: 'buffer', bodyLimit: MAX_BODY_BYTES }, (_request, body, done) => {
      done(null, body);
    });
    app.setErrorHandler((error: FastifyError, _request, reply) => {
      const status = error.statusCode ?? 500;
      if (status >= 500) throw error;
      return sendGraphQLError(reply, status, error.message);
    });

    app.get(GRAPHQL_PATH, { exposeHeadRoute: false }, (request, reply) => {
      if (graphiql && request.headers.accept?.includes('text/html') === true) return sendGraphiQL(reply);
      if (isSentByForeignPage(request.headers, allowedOrigins))
        return sendGraphQLError(reply, 403, 'A page of another site has sent this: its origin is not allowed.');
      const sent = paramsOfAddress(queryOf(request));
      if ('malformed' in sent) return sendGraphQLError(reply, 400, `The parameter ${sent.malformed} is not JSON.`);
      return execute(request, reply, sent);
    });
    app.post(GRAPHQL_PATH, (request, reply) => {
      const { body } = request;
      if (!(body instanceof Buffer)) {
        return sendGraphQLError(reply, 415, `Send the operation as ${BODY_TYPES[0]}.`);
      }
      if (body.length === 0) return sendGraphQLError(reply, 400, 'The body is empty.');
      if (!isUtf8(body)) return sendGraphQLError(reply, 400, 'The body is not UTF-8.');
      return execute(request, reply, { body: body.toString() });
    });
    app.options(GRAPHQL_PATH, (_request, reply) => reply.code(204).header('allow', 'GET, POST, OPTIONS').send());
  };
}
