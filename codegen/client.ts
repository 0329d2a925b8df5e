import { codegen } from '@graphql-codegen/core';
import * as clientPlugin from '@graphql-codegen/typescript-graphql-request';
import * as operationsPlugin from '@graphql-codegen/typescript-operations';
import { parse } from 'graphql';
import { CLIENT_OPERATIONS, readOperations, SCALARS } from './operations.ts';

const HEADER = `// Written by \`npm run codegen\` from schema.graphql and ${CLIENT_OPERATIONS}: change those, not this.
// @ts-nocheck: the generator does not know exactOptionalPropertyTypes. What it exports is typed all the same.
`;

/** The typed client: TypeScript of all operations in `src/client/operations/`. */
export async function generateClient({ root, sdl }: { root: string; sdl: string }): Promise<string> {
  const config = {
    scalars: SCALARS,
    useTypeImports: true,
    enumsAsTypes: true,
    skipTypename: true,
    // Documents as plain strings: that `gql` marks text and returns it.
    documentMode: 'graphQLTag',
    gqlImport: 'graphql-request#gql',
    // For bundlers: what a page does not use is left out of it.
    pureMagicComment: true,
  };
  const code = await codegen({
    filename: 'generated.ts',
    schema: parse(sdl),
    documents: await readOperations(root, CLIENT_OPERATIONS),
    config,
    plugins: [{ operations: {} }, { client: {} }],
    pluginMap: { operations: operationsPlugin, client: clientPlugin },
  });
  return `${HEADER}${code}`;
}
