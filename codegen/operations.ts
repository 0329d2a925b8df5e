import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DefinitionNode, type DocumentNode, type FragmentDefinitionNode, Kind, parse, visit } from 'graphql';

/** Scalars as JSON carries them. */
export const SCALARS = { DateTime: 'string', EmailAddress: 'string', JSON: 'unknown' };

export const CLIENT_OPERATIONS = 'src/client/operations';
export const CONSOLE_OPERATIONS = 'console/operations';

export interface OperationFile {
  readonly location: string;
  readonly document: DocumentNode;
}

/** The `.graphql` documents of a folder, in the order of their names. */
export async function readOperations(root: string, folder: string): Promise<OperationFile[]> {
  const names = (await readdir(join(root, folder))).filter((name) => name.endsWith('.graphql')).sort();
  return Promise.all(
    names.map(async (name) => {
      const location = join(folder, name);
      return { location, document: parse(await readFile(join(root, location), 'utf8')) };
    }),
  );
}

/** The documents of the console, and of the client's fragments those that they spread. */
export async function readConsoleOperations(root: string): Promise<OperationFile[]> {
  const own = await readOperations(root, CONSOLE_OPERATIONS);
  const shared = await readOperations(root, CLIENT_OPERATIONS);
  const fragments = fragmentsByName(shared);
  const spread = new Set(own.flatMap(({ document }) => [...fragmentsOf(document, fragments).values()]));
  const needed = shared.flatMap(({ location, document }) => {
    const definitions = document.definitions.filter(
      (each) => each.kind === Kind.FRAGMENT_DEFINITION && spread.has(each),
    );
    return definitions.length === 0 ? [] : [{ location, document: { ...document, definitions } }];
  });
  return [...own, ...needed];
}

export function fragmentsByName(files: readonly OperationFile[]): Map<string, FragmentDefinitionNode> {
  const definitions = files.flatMap(({ document }) => document.definitions);
  return new Map(
    definitions.flatMap((each) => (each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each] as const] : [])),
  );
}

/** Of `all` the fragments that `root` needs, directly or by others, by name. */
export function fragmentsOf(
  root: DefinitionNode | DocumentNode,
  all: ReadonlyMap<string, FragmentDefinitionNode>,
): Map<string, FragmentDefinitionNode> {
  const needed = new Map<string, FragmentDefinitionNode>();
  const collect = (from: DefinitionNode | DocumentNode): void => {
    visit(from, {
      FragmentSpread({ name: { value } }) {
        const fragment = all.get(value);
        if (fragment === undefined || needed.has(value)) return;
        needed.set(value, fragment);
        collect(fragment);
      },
    });
  };
  collect(root);
  return needed;
}
