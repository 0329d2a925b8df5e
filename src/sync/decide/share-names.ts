import type { ContactRoute } from './plan-contact.ts';

/** Of a hundred thousand contacts most name the same fields and lists: answers routes in which each set of them is kept once. */
export function createNameSharing(): (route: ContactRoute) => ContactRoute {
  const sets = new Map<string, readonly string[]>();
  function shared<Name extends string>(names: readonly Name[]): readonly Name[] {
    const key = names.join(',');
    const known = sets.get(key);
    if (known !== undefined) return known as readonly Name[]; // Equal keys are equal names.
    sets.set(key, names);
    return names;
  }
  return (route) => {
    if (route.kind !== 'IMPORT') return route;
    const { fields, addListIds, onLists, removeListIds } = route;
    return {
      ...route,
      fields: shared(fields),
      addListIds: shared(addListIds),
      onLists: shared(onLists),
      removeListIds: shared(removeListIds),
    };
  };
}
