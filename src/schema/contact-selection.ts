import { type FragmentDefinitionNode, type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql';
import type { ContactPart } from '../store/contact-queries.ts';

/** What each field of `Contact` reads of a stored contact. A field that is missing here reads all of it. */
const PARTS_OF_FIELD: ReadonlyMap<string, readonly ContactPart[]> = new Map<string, readonly ContactPart[]>([
  ['__typename', []],
  ['id', []],
  ['contactId', ['contactId']],
  ['email', ['primary.email']],
  ['firstName', ['primary.firstName']],
  ['lastName', ['primary.lastName']],
  ['jobTitle', ['primary.jobTitle']],
  ['companyName', ['primary.companyName']],
  ['birthday', ['primary.birthday']],
  ['anniversary', ['primary.anniversary']],
  ['phoneNumbers', ['primary.phoneNumbers']],
  ['streetAddresses', ['primary.streetAddresses']],
  ['customFields', ['primary.customFields']],
  ['tags', ['tags']],
  ['lists', ['lists', 'localLists']],
  ['status', ['status']],
  ['syncState', ['syncState']],
  ['consent', ['consent']],
  ['conflicts', ['conflicts']],
  ['refusals', ['refusals']],
  ['revision', ['revision']],
  ['createdAt', ['primaryCreatedAt', 'localOnly', 'firstSeenAt']],
  ['updatedAt', ['updatedAt']],
  ['live', ['contactId']],
  ['history', []],
]);

/** By the field's node in the parsed document, which servers keep for the next request with the same text. */
const known = new WeakMap<object, { readonly parts: readonly ContactPart[] | null }>();

/**
 * What of its contacts a connection's selection reads; null: all. Decoding what nobody asked for is most of the cost of a
 * page. Directives are not looked at: a field that is skipped is read for nothing, no more.
 */
export function selectedContactParts({ fieldNodes, fragments }: GraphQLResolveInfo): readonly ContactPart[] | null {
  // Several nodes merge into one field, in one operation others than in the next.
  const key = fieldNodes.length === 1 ? fieldNodes[0] : undefined;
  const found = key === undefined ? undefined : known.get(key);
  if (found !== undefined) return found.parts;
  const names = new Set<string>();
  for (const { selectionSet } of fieldNodes) collectContactFields(selectionSet, fragments, 'connection', names);
  const parts = partsOf(names);
  if (key !== undefined) known.set(key, { parts });
  return parts;
}

function partsOf(fields: ReadonlySet<string>): readonly ContactPart[] | null {
  const parts = new Set<ContactPart>();
  for (const field of fields) {
    const needed = PARTS_OF_FIELD.get(field);
    if (needed === undefined) return null;
    for (const part of needed) parts.add(part);
  }
  return [...parts];
}

type Level = 'connection' | 'edge' | 'contact';

/** Fragments may repeat, but never nest in themselves: validation has refused such documents. */
function collectContactFields(
  selectionSet: SelectionSetNode | undefined,
  fragments: Readonly<Record<string, FragmentDefinitionNode>>,
  level: Level,
  names: Set<string>,
): void {
  for (const selection of selectionSet?.selections ?? []) {
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      collectContactFields(selection.selectionSet, fragments, level, names);
    } else if (selection.kind === Kind.FRAGMENT_SPREAD) {
      collectContactFields(fragments[selection.name.value]?.selectionSet, fragments, level, names);
    } else if (level === 'contact') {
      names.add(selection.name.value);
    } else if (level === 'edge') {
      if (selection.name.value === 'node') collectContactFields(selection.selectionSet, fragments, 'contact', names);
    } else if (selection.name.value === 'nodes') {
      collectContactFields(selection.selectionSet, fragments, 'contact', names);
    } else if (selection.name.value === 'edges') {
      collectContactFields(selection.selectionSet, fragments, 'edge', names);
    }
  }
}
