import { codegen } from '@graphql-codegen/core';
import * as documentsPlugin from '@graphql-codegen/typed-document-node';
import * as operationsPlugin from '@graphql-codegen/typescript-operations';
import { parse } from 'graphql';
import { CONSOLE_OPERATIONS, readConsoleOperations, SCALARS } from './operations.ts';

const HEADER = `// Written by \`npm run codegen\` from schema.graphql and ${CONSOLE_OPERATIONS}: change those, not this.
// @ts-nocheck: the generator does not know exactOptionalPropertyTypes. What it exports is typed all the same.
`;

/** The console's operations as parsed documents that know the types of their variables and answers. */
export async function generateConsoleOperations({ root, sdl }: { root: string; sdl: string }): Promise<string> {
  const code = await codegen({
    filename: 'generated.ts',
    schema: parse(sdl),
    documents: await readConsoleOperations(root),
    config: { scalars: SCALARS, useTypeImports: true, enumsAsTypes: true, skipTypename: true },
    plugins: [{ operations: {} }, { documents: {} }],
    pluginMap: { operations: operationsPlugin, documents: documentsPlugin },
  });
  return `${HEADER}${code}`;
}
