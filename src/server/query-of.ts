import type { FastifyRequest } from 'fastify';

/** The query of a request's address; of a name that comes several times the first counts. */
export function queryOf({ url }: Pick<FastifyRequest, 'url'>): URLSearchParams {
  const at = url.indexOf('?');
  return new URLSearchParams(at === -1 ? '' : url.slice(at + 1));
}
