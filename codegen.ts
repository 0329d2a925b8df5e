/**
 * Writes what follows from the schema: `schema.graphql` and the typed operations of the client. With `--check` it writes
 * nothing and fails when either is stale. Run by `npm run codegen` and `npm run check:generated`.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codegen } from '@graphql-codegen/core';
import * as clientPlugin from '@graphql-codegen/typescript-graphql-request';
import * as operationsPlugin from '@graphql-codegen/typescript-operations';
import { lexicographicSortSchema, parse, printSchema } from 'graphql';
import { createSchema } from './src/schema/schema.ts';

const ROOT = import.meta.dirname;
const SCHEMA_FILE = 'schema.graphql';
const CLIENT_FILE = 'src/client/generated.ts';
const OPERATIONS_DIR = 'src/client/operations';
const GENERATED = `// Written by \`npm run codegen\` from schema.graphql and src/client/operations: change those, not this.
// @ts-nocheck: the generator does not know exactOptionalPropertyTypes. What it exports is typed all the same.
`;

/** As JSON carries them. */
const SCALARS = { DateTime: 'string', EmailAddress: 'string', JSON: 'unknown' };

async function readOperations() {
  const names = (await readdir(join(ROOT, OPERATIONS_DIR))).filter((name) => name.endsWith('.graphql')).sort();
  return Promise.all(
    names.map(async (name) => {
      const location = join(OPERATIONS_DIR, name);
      const document = parse(await readFile(join(ROOT, location), 'utf8'));
      return { location, document };
    }),
  );
}

async function generateClient(sdl: string): Promise<string> {
  const config = {
    scalars: SCALARS,
    useTypeImports: true,
    enumsAsTypes: true,
    skipTypename: true,
    // Documents as plain strings: that `gql` marks text and returns it.
    documentMode: 'graphQLTag',
    gqlImport: 'graphql-request#gql',
  };
  return await codegen({
    filename: CLIENT_FILE,
    schema: parse(sdl),
    documents: await readOperations(),
    config,
    plugins: [{ operations: {} }, { client: {} }],
    pluginMap: { operations: operationsPlugin, client: clientPlugin },
  });
}

async function main(): Promise<void> {
  const sdl = `${printSchema(lexicographicSortSchema(createSchema()))}\n`;
  const files = [
    { path: SCHEMA_FILE, content: sdl },
    { path: CLIENT_FILE, content: `${GENERATED}${await generateClient(sdl)}` },
  ];
  const stale: string[] = [];
  for (const { path, content } of files) {
    const current = await readFile(join(ROOT, path), 'utf8').catch(() => undefined);
    if (current === content) continue;
    stale.push(path);
    if (!process.argv.includes('--check')) await writeFile(join(ROOT, path), content);
  }
  if (stale.length === 0) return;
  if (!process.argv.includes('--check')) {
    process.stdout.write(`written: ${stale.join(', ')}\n`);
    return;
  }
  process.stderr.write(`stale: ${stale.join(', ')}. Run \`npm run codegen\` and commit what it writes.\n`);
  process.exitCode = 1;
}

await main();
