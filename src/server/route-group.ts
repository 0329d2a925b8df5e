import type { FastifyPluginAsync } from 'fastify';

/** Addresses beside GraphQL that a part of the gateway serves, with what each allows. */
export interface RouteGroup {
  /** By path, as the `Allow` header has it. */
  readonly methods: ReadonlyMap<string, string>;
  readonly plugin: FastifyPluginAsync;
}
