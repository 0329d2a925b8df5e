import SchemaBuilder from '@pothos/core';
import DataloaderPlugin from '@pothos/plugin-dataloader';
import ErrorsPlugin from '@pothos/plugin-errors';
import RelayPlugin from '@pothos/plugin-relay';
import type { GraphQLContext } from './context.ts';
import { InvalidInput } from './user-errors.ts';

interface SchemaTypes {
  Context: GraphQLContext;
  DefaultFieldNullability: false;
  DefaultEdgesNullability: { list: false; items: false };
  DefaultNodeNullability: false;
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: Date; Output: Date };
    EmailAddress: { Input: string; Output: string };
    JSON: { Input: unknown; Output: unknown };
  };
}

const capitalized = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);

/**
 * The builder holds no type: each domain type has a file of its own, which schema.ts loads. The result of every mutation
 * is a union named after its field: `startSync` answers `StartSyncSuccess` or one of its named errors.
 */
export const builder = new SchemaBuilder<SchemaTypes>({
  plugins: [ErrorsPlugin, RelayPlugin, DataloaderPlugin],
  defaultFieldNullability: false,
  errors: {
    defaultTypes: [InvalidInput],
    defaultUnionOptions: {
      name: ({ fieldName }) => `${capitalized(fieldName)}Result`,
      description: 'Success, or one of the named errors.',
    },
    defaultResultOptions: { name: ({ fieldName }) => `${capitalized(fieldName)}Success`, description: 'It was done.' },
  },
  relay: {
    // node.ts has these two: an id that names nothing is null there, whatever is wrong with it.
    nodeQueryOptions: false,
    nodesQueryOptions: false,
    nodeTypeOptions: { description: 'Something with an id of its own, to be read again by `node`.' },
    idFieldOptions: { description: 'Opaque, and unique among all types.' },
    cursorType: 'String',
    firstArgOptions: { description: 'How many items, from the start or after `after`: at most 500; 50 without it.' },
    afterArgOptions: { description: 'Cursor of the item before the first one wanted.' },
    lastArgOptions: { description: 'How many items, from the end or before `before`: at most 500; 50 without it.' },
    beforeArgOptions: { description: 'Cursor of the item after the last one wanted.' },
    edgesFieldOptions: { nullable: { list: false, items: false }, description: 'The items with their cursors.' },
    nodeFieldOptions: { nullable: false, description: 'The item.' },
    nodesOnConnection: { description: 'The items.' },
    cursorFieldOptions: { description: 'Opaque; for `after` and `before` of the same connection in the same order.' },
    pageInfoFieldOptions: { description: 'Where this page stands.' },
    pageInfoTypeOptions: { description: 'Where a page stands in its connection.' },
    hasNextPageFieldOptions: { description: 'Whether there are items after this page.' },
    hasPreviousPageFieldOptions: { description: 'Whether there are items before this page.' },
    startCursorFieldOptions: { description: 'Cursor of the first item; null on an empty page.' },
    endCursorFieldOptions: { description: 'Cursor of the last item; null on an empty page.' },
    defaultConnectionTypeOptions: { description: 'A page of items.' },
    defaultEdgeTypeOptions: { description: 'An item with its cursor.' },
  },
});
