import type { GraphQLSchema } from 'graphql';
import { builder } from './builder.ts';
import './scalars.ts';
import './error-types.ts';
import './contacts-query.ts';

builder.queryType({ description: 'What can be read.' });

/** The schema without a server: `createContext` makes the context that its resolvers work with. */
export function createSchema(): GraphQLSchema {
  return builder.toSchema();
}
