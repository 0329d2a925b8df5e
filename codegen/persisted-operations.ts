import { createHash } from 'node:crypto';
import { Kind, print } from 'graphql';
import { fragmentsByName, fragmentsOf, type OperationFile } from './operations.ts';

/** The manifest of operations: each with its fragments, under the SHA-256 of its text. `source` is where they are kept. */
export function generateManifest({
  files,
  source,
  name,
  docstring,
}: {
  files: readonly OperationFile[];
  source: string;
  name: string;
  docstring: string;
}): string {
  const fragments = fragmentsByName(files);
  const entries = files
    .flatMap(({ document }) => document.definitions)
    .flatMap((each) => {
      if (each.kind !== Kind.OPERATION_DEFINITION) return [];
      const text = [each, ...fragmentsOf(each, fragments).values()].map(print).join('\n\n');
      return [[createHash('sha256').update(text).digest('hex'), text] as const];
    });
  return `// Written by \`npm run codegen\` from ${source}: change those, not this.
/** ${docstring} */
export const ${name}: Readonly<Record<string, string>> = ${JSON.stringify(Object.fromEntries(entries), null, 2)};
`;
}
