import { z } from 'zod';
import { FIXED_FIELDS, type ProfileField } from './model/profile.ts';
import { FIELD_WINNERS, type FieldPolicy, type FieldWinner } from './sync/decide/merge-fields.ts';

const isProfileField = (name: string): name is ProfileField =>
  (FIXED_FIELDS as readonly string[]).includes(name) || /^customField:[0-9a-f-]{36}$/i.test(name);

const isWinner = (name: string): name is FieldWinner => (FIELD_WINNERS as readonly string[]).includes(name);

const entry = z.string().transform((text, context) => {
  const split = text.lastIndexOf(':');
  const [field, winner] = [text.slice(0, split), text.slice(split + 1)];
  if (field !== 'default' && !isProfileField(field)) {
    context.addIssue(
      `names no profile field: default, ${FIXED_FIELDS.join(', ')} or customField:<id>. Consent, status and lists are always the primary's`,
    );
  } else if (!isWinner(winner))
    context.addIssue(`must end with ${FIELD_WINNERS.map((name) => `:${name}`).join(' or ')}`);
  else return [field, winner] as const;
  return z.NEVER;
});

/** The setting `FIELD_POLICY`: `field:winner`, separated by commas; the field `default` stands for all that are not named. */
export const fieldPolicySetting = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .pipe(z.array(entry))
  .refine((entries) => new Set(entries.map(([field]) => field)).size === entries.length, 'names a field twice')
  .transform((entries): FieldPolicy => ({ default: 'PRIMARY_WINS', ...Object.fromEntries(entries) }));
