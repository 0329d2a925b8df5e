import { codegen } from '@graphql-codegen/core';
import * as documentsPlugin from '@graphql-codegen/typed-document-node';
import * as operationsPlugin from '@graphql-codegen/typescript-operations';
import { buildSchema, isInterfaceType, parse } from 'graphql';
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
  return `${HEADER}${code}
/** The types behind each interface: without them the cache guesses which fragments an answer matches. */
export const POSSIBLE_TYPES: Record<string, string[]> = ${JSON.stringify(possibleTypes(sdl), null, 2)};
`;
}

function possibleTypes(sdl: string): Record<string, string[]> {
  const schema = buildSchema(sdl);
  const interfaces = Object.values(schema.getTypeMap()).filter(isInterfaceType);
  return Object.fromEntries(
    interfaces.map((type) => [type.name, schema.getPossibleTypes(type).map(({ name }) => name)] as const),
  );
}
