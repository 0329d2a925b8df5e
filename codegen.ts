/**
 * Writes what follows from the code: the printed schema, the typed client, the references in `docs/`. With `--check` it
 * writes nothing and fails when any is stale. Run by `npm run codegen` and `npm run check:generated`.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { generateClient } from './codegen/client.ts';
import { commandReference } from './codegen/command-reference.ts';
import { generateConsoleOperations } from './codegen/console.ts';
import { errorReference } from './codegen/error-reference.ts';
import { operationsReference, typesReference } from './codegen/graphql-reference.ts';
import { metricsReference } from './codegen/metrics-reference.ts';
import { CLIENT_OPERATIONS, CONSOLE_OPERATIONS, readConsoleOperations, readOperations } from './codegen/operations.ts';
import { generateManifest } from './codegen/persisted-operations.ts';
import { settingsReference } from './codegen/settings-reference.ts';
import { createSchema } from './src/schema/schema.ts';

const ROOT = import.meta.dirname;

async function generateFiles(): Promise<Readonly<Record<string, string>>> {
  const schema = lexicographicSortSchema(createSchema());
  const sdl = `${printSchema(schema)}\n`;
  return {
    'schema.graphql': sdl,
    'src/client/generated.ts': await generateClient({ root: ROOT, sdl }),
    'console/src/gateway/generated.ts': await generateConsoleOperations({ root: ROOT, sdl }),
    'src/client/persisted-operations.ts': generateManifest({
      files: await readOperations(ROOT, CLIENT_OPERATIONS),
      source: CLIENT_OPERATIONS,
      name: 'PERSISTED_OPERATIONS',
      docstring: 'The operations of this client, by the SHA-256 of their text: what it may be known by to a gateway.',
    }),
    'src/server/console-operations.ts': generateManifest({
      files: await readConsoleOperations(ROOT),
      source: CONSOLE_OPERATIONS,
      name: 'CONSOLE_OPERATIONS',
      docstring: 'The operations of the console, by the SHA-256 of their text.',
    }),
    'docs/reference/errors.md': errorReference(),
    'docs/reference/command-line.md': commandReference(),
    'docs/reference/graphql.md': operationsReference(schema),
    'docs/reference/graphql-types.md': typesReference(schema),
    'docs/reference/metrics.md': metricsReference(),
    'docs/reference/settings.md': settingsReference(),
  };
}

async function main(): Promise<void> {
  const checkOnly = process.argv.includes('--check');
  const stale: string[] = [];
  for (const [path, content] of Object.entries(await generateFiles())) {
    const file = join(ROOT, path);
    const current = await readFile(file, 'utf8').catch(() => undefined);
    if (current === content) continue;
    stale.push(path);
    if (checkOnly) continue;
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  if (stale.length === 0) return;
  if (!checkOnly) {
    process.stdout.write(`written: ${stale.join(', ')}\n`);
    return;
  }
  process.stderr.write(`stale: ${stale.join(', ')}. Run \`npm run codegen\` and commit what it writes.\n`);
  process.exitCode = 1;
}

await main();
