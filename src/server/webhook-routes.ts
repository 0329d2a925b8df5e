import type { FastifyReply, FastifyRequest } from 'fastify';
import { isDomainError } from '../domain-error.ts';
import type { Logger } from '../logger.ts';
import type { RouteGroup } from './route-group.ts';

const MAX_BODY_BYTES = 256 * 1024;

/** Takes one webhook: verified and stored when it resolves. @throws DomainError */
export type ReceiveWebhook = (webhook: {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}) => Promise<{ readonly isNew: boolean }>;

const STATUSES: Readonly<Record<string, number>> = {
  UNAUTHENTICATED: 401,
  INVALID_INPUT: 400,
  AUTH_UNAVAILABLE: 503,
  STORE_UNREACHABLE: 503,
};

/** @param receivers by path; bodies reach them byte by byte as they came: that is what was signed */
export function webhookRoutes({
  receivers,
  logger,
}: {
  receivers: ReadonlyMap<string, ReceiveWebhook>;
  logger: Logger;
}): RouteGroup {
  async function receive(webhook: ReceiveWebhook, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const body = request.body instanceof Buffer ? request.body : Buffer.alloc(0);
    try {
      const { isNew } = await webhook({ headers: request.headers, body });
      return reply.code(202).send({ accepted: true, duplicate: !isNew });
    } catch (error) {
      const status = isDomainError(error) ? STATUSES[error.code] : undefined;
      if (!isDomainError(error) || status === undefined) throw error;
      logger.warn({ path: request.routeOptions.url, code: error.code, reason: error.message }, 'webhook refused');
      if (status === 503) reply.header('retry-after', '60');
      return reply.code(status).send({ error: { code: error.code, message: error.message } });
    }
  }

  return {
    methods: new Map([...receivers.keys()].map((path) => [path, 'POST'])),
    async plugin(app) {
      app.removeAllContentTypeParsers();
      app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_BODY_BYTES }, (_request, body, done) => {
        done(null, body);
      });
      for (const [path, webhook] of receivers) {
        app.post(path, { bodyLimit: MAX_BODY_BYTES }, (request, reply) => receive(webhook, request, reply));
      }
    },
  };
}
