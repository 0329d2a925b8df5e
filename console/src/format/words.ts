const SPECIAL: Readonly<Record<string, string>> = {
  FULL_CYCLE: 'Pull and push',
  PUSH: 'Push',
  CONTACTS: 'Pull contacts',
  LISTS: 'Pull lists',
  UNSUBSCRIBES: 'Pull opt-outs',
  CONSTANT_CONTACT: 'Constant Contact',
  CLI: 'Command line',
  MUTATION: 'API',
  PUT: 'Single updates',
  CREATE: 'Single creations',
};

/** An enum value as people read it: `PENDING_PUSH` is "Pending push". */
export function words(value: string): string {
  const special = SPECIAL[value];
  if (special !== undefined) return special;
  const text = value.replaceAll('_', ' ').toLowerCase();
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const FIELDS: Readonly<Record<string, string>> = { contact: 'Deletion', email: 'Email address' };

/** A field's name as people read it: `firstName` is "First name". Ids of custom fields and lists stay as they are. */
export function fieldWords(field: string): string {
  const known = FIELDS[field];
  if (known !== undefined) return known;
  const [kind, id] = field.split(':', 2);
  if (id !== undefined) return kind === 'list' ? 'List membership' : 'Custom field';
  return words(field.replaceAll(/([A-Z])/g, '_$1').toUpperCase());
}
