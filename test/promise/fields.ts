import type { FieldValue, Profile, ProfileField } from '../../src/model/profile.ts';
import { customFieldOf, readField } from '../../src/sync/decide/unified-contact.ts';
import type { TrueContact } from '../kit/sandbox.ts';
import type { FieldName } from './acts.ts';
import type { World } from './world.ts';

export type EditedField = FieldName | 'email';
export const EDITED_FIELDS: readonly EditedField[] = ['firstName', 'lastName', 'jobTitle', 'hobby', 'email'];

type Hobby = Pick<World, 'hobbyId'>;

/** As the gateway names it. */
export function profileField({ hobbyId }: Hobby, field: EditedField): ProfileField {
  return field === 'hobby' ? customFieldOf(hobbyId) : field;
}

/** As the gateway keeps it. */
export function fieldValue({ hobbyId }: Hobby, field: EditedField, text: string | null): FieldValue {
  return field === 'hobby' && text !== null ? { customFieldId: hobbyId, value: text, choiceIds: [] } : text;
}

/** The text of a value as the gateway keeps it. */
export function textOf(value: unknown): string | null {
  if (typeof value === 'object' && value !== null && 'value' in value) return textOf(value.value);
  return typeof value === 'string' ? value : null;
}

/** As the gateway has it of the primary. */
export function storedText(world: Hobby, profile: Profile | null, field: EditedField): string | null {
  return profile === null ? null : textOf(readField(profile, profileField(world, field)));
}

/** As it stands in the primary. */
export function trueText(world: Hobby, contact: TrueContact, field: EditedField): string | null {
  const { first_name, last_name, job_title, custom_fields, email_address } = contact as TrueContact & {
    readonly job_title?: string;
    readonly custom_fields?: readonly { readonly custom_field_id: string; readonly value?: string }[];
  };
  const hobby = custom_fields?.find(({ custom_field_id }) => custom_field_id === world.hobbyId)?.value;
  const texts = {
    firstName: first_name,
    lastName: last_name,
    jobTitle: job_title,
    hobby,
    email: email_address?.address,
  };
  return texts[field] ?? null;
}
