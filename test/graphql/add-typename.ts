import { Kind, parse, print, visit } from 'graphql';

/** As caching clients send an operation: with `__typename` in every selection below the root. */
export function addTypename(text: string): string {
  return print(
    visit(parse(text), {
      SelectionSet: (node, _key, parent) =>
        parent !== undefined && 'kind' in parent && parent.kind === Kind.OPERATION_DEFINITION
          ? undefined
          : {
              ...node,
              selections: [...node.selections, { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }],
            },
    }),
  );
}
