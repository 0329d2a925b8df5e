import { z } from 'zod';
import { PERMISSIONS, SOURCES } from './contact.ts';
import { idSchema } from './http/request-body.ts';

/** What a client may say about a contact, with the limits of the API. `null` and blank mean the same as leaving it out. */

export const EMAIL_PATTERN = /^[^\s@<>()",;:[\]\\]+@[^\s@<>()",;:[\]\\]+\.[^\s@<>()",;:[\]\\.]+$/u;

const text = (max: number) => z.string().max(max).nullish();

/** `2006-11-15` of every form that the API takes: year first or last, with slashes or hyphens. */
export function parseAnniversary(input: string): string | undefined {
  const parts = /^(\d{1,4})([/-])(\d{1,2})\2(\d{1,4})$/.exec(input.trim());
  if (parts === null) return undefined;
  const [first = '', , second = '', third = ''] = parts.slice(1);
  const [year, month, day] = first.length === 4 ? [first, second, third] : [third, first, second];
  if (year === undefined || year.length !== 4 || Number(month) < 1 || Number(month) > 12) return undefined;
  if (Number(day) < 1 || Number(day) > 31) return undefined;
  return `${year}-${month?.padStart(2, '0')}-${day?.padStart(2, '0')}`;
}

const anniversarySchema = z
  .string()
  .max(10)
  .nullish()
  .superRefine((value, context) => {
    if (value === null || value === undefined || value === '') return;
    if (parseAnniversary(value) === undefined) context.addIssue({ code: 'custom', message: 'is not a date' });
  });

const emailSchema = z.object({
  address: z.string().max(80).regex(EMAIL_PATTERN, 'is not a valid email address'),
  permission_to_send: z.enum(PERMISSIONS).nullish(),
  opt_out_reason: text(255),
});

const customFieldSchema = z.object({
  custom_field_id: idSchema,
  value: text(255),
  choice_ids: z.array(z.coerce.string()).nullish(),
});

const phoneSchema = z.object({
  phone_number: z.string().max(25),
  kind: z.enum(['home', 'work', 'mobile', 'other']).default('other'),
});

const addressSchema = z.object({
  kind: z.enum(['home', 'work', 'other']),
  street: text(255),
  city: text(50),
  state: text(50),
  postal_code: text(50),
  country: text(50),
});

const smsSchema = z.object({
  full_sms_address: z.string().regex(/^\+?\d{5,16}$/, 'is not a valid number'),
  sms_channel_consents: z
    .array(
      z.object({
        sms_consent_permission: z.enum(['explicit', 'not_set', 'unsubscribed', 'pending_confirmation']),
        consent_type: z.literal('promotional_sms'),
        consent_medium_details: z.string().optional(),
      }),
    )
    .min(1),
});

const coreShape = {
  first_name: text(50),
  last_name: text(50),
  job_title: text(50),
  company_name: text(50),
  birthday_month: z.int().min(1).max(12).nullish(),
  birthday_day: z.int().min(1).max(31).nullish(),
  anniversary: anniversarySchema,
};

const contactShape = {
  ...coreShape,
  email_address: emailSchema.nullish(),
  custom_fields: z.array(customFieldSchema).max(25).optional(),
  phone_numbers: z.array(phoneSchema).max(3).optional(),
  street_addresses: z.array(addressSchema).max(3).optional(),
  list_memberships: z.array(idSchema).max(50).optional(),
  taggings: z.array(idSchema).max(50).optional(),
  notes: z
    .array(z.object({ content: z.string().max(2_000) }))
    .max(150)
    .optional(),
  sms_channel: smsSchema.nullish(),
};

function hasWholeBirthday(contact: {
  birthday_month?: number | null | undefined;
  birthday_day?: number | null | undefined;
}) {
  return (contact.birthday_month ?? undefined) === undefined
    ? (contact.birthday_day ?? undefined) === undefined
    : (contact.birthday_day ?? undefined) !== undefined;
}
const BIRTHDAY_MESSAGE = 'birthday_month and birthday_day must be given together';

export const contactPostSchema = z
  .object({ ...contactShape, create_source: z.enum(SOURCES) })
  .refine(hasWholeBirthday, BIRTHDAY_MESSAGE)
  .refine(
    (contact) =>
      [contact.first_name, contact.last_name].some((name) => (name ?? '') !== '') ||
      (contact.email_address ?? contact.sms_channel ?? undefined) !== undefined,
    'one of first_name, last_name, email_address, sms_channel is required',
  );

export const contactPutSchema = z
  .object({ ...contactShape, update_source: z.enum(SOURCES) })
  .refine(hasWholeBirthday, BIRTHDAY_MESSAGE);

/** The owner's change: only what is given, `null` clears. */
export const contactPatchSchema = z.object({
  ...contactShape,
  email_address: emailSchema.partial().nullish(),
  update_source: z.enum(SOURCES).default('Account'),
});

export const signUpSchema = z
  .object({
    ...coreShape,
    email_address: z.string().max(50).regex(EMAIL_PATTERN, 'is not a valid email address').nullish(),
    phone_number: text(25),
    list_memberships: z.array(idSchema).min(1).max(50),
    custom_fields: z
      .array(customFieldSchema.omit({ choice_ids: true }))
      .max(50)
      .optional(),
    street_address: addressSchema.nullish(),
    sms_channel: z
      .object({
        sms_address: z.string().regex(/^\d{4,16}$/, 'is not a valid number'),
        dial_code: z.string(),
        country_code: z.string(),
        sms_channel_consents: z
          .array(
            z.object({
              sms_consent_permission: z.string(),
              consent_type: z.literal('promotional_sms'),
              consent_medium_type: z.string(),
              consent_medium_url: z.string(),
              consent_medium_details: z.string(),
            }),
          )
          .min(1),
      })
      .nullish(),
  })
  .refine(hasWholeBirthday, BIRTHDAY_MESSAGE)
  .refine(
    (form) => (form.email_address ?? form.sms_channel ?? undefined) !== undefined,
    'email_address or sms_channel is required',
  );

export type ContactPost = z.infer<typeof contactPostSchema>;
export type ContactPut = z.infer<typeof contactPutSchema>;
export type ContactPatch = z.infer<typeof contactPatchSchema>;
export type SignUp = z.infer<typeof signUpSchema>;
export type CoreInput = Pick<ContactPost, keyof typeof coreShape>;
export type PartsInput = Pick<
  ContactPost,
  'custom_fields' | 'phone_numbers' | 'street_addresses' | 'list_memberships' | 'taggings' | 'notes' | 'sms_channel'
>;
