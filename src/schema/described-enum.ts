import { builder } from './builder.ts';

/** An enum over an `as const` list of the model, with a description for each of its values: none can be forgotten. */
export function describedEnum<const V extends string>(
  name: string,
  values: readonly V[],
  { description, values: descriptions }: { description: string; values: { readonly [value in V]: string } },
) {
  const entries = values.map((value) => [value, { value, description: descriptions[value] }] as const);
  return builder.enumType(name, {
    description,
    values: Object.fromEntries(entries) as { [value in V]: { value: value; description: string } },
  });
}
