import { createHash } from 'node:crypto';
import { type DefinitionNode, type FragmentDefinitionNode, Kind, print, visit } from 'graphql';
import { readOperations } from './operations.ts';

/** The fragments that a definition needs, directly or by others, by name. */
function fragmentsOf(
  definition: DefinitionNode,
  all: ReadonlyMap<string, FragmentDefinitionNode>,
): Map<string, FragmentDefinitionNode> {
  const needed = new Map<string, FragmentDefinitionNode>();
  const collect = (from: DefinitionNode): void => {
    visit(from, {
      FragmentSpread({ name: { value } }) {
        const fragment = all.get(value);
        if (fragment === undefined || needed.has(value)) return;
        needed.set(value, fragment);
        collect(fragment);
      },
    });
  };
  collect(definition);
  return needed;
}

/** The manifest of a folder's operations: each with its fragments, under the SHA-256 of its text. */
export async function generateManifest({
  root,
  folder,
  name,
  docstring,
}: {
  root: string;
  folder: string;
  name: string;
  docstring: string;
}): Promise<string> {
  const definitions = (await readOperations(root, folder)).flatMap(({ document }) => document.definitions);
  const fragments = new Map(
    definitions.flatMap((each) => (each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each] as const] : [])),
  );
  const entries = definitions.flatMap((each) => {
    if (each.kind !== Kind.OPERATION_DEFINITION) return [];
    const text = [each, ...fragmentsOf(each, fragments).values()].map(print).join('\n\n');
    return [[createHash('sha256').update(text).digest('hex'), text] as const];
  });
  return `// Written by \`npm run codegen\` from ${folder}: change those, not this.
/** ${docstring} */
export const ${name}: Readonly<Record<string, string>> = ${JSON.stringify(Object.fromEntries(entries), null, 2)};
`;
}
