import type { Birthday, PhoneNumber, Profile, StreetAddress } from '../model/profile.ts';
import { builder } from './builder.ts';
import { CustomFieldValueType } from './custom-field.ts';

export const BirthdayType = builder.objectRef<Birthday>('Birthday').implement({
  description: 'A day of birth without its year.',
  fields: (t) => ({
    month: t.exposeInt('month', { description: '1 to 12.' }),
    day: t.exposeInt('day', { description: '1 to 31.' }),
  }),
});

export const PhoneNumberType = builder.objectRef<PhoneNumber>('PhoneNumber').implement({
  description: 'A phone number.',
  fields: (t) => ({
    number: t.exposeString('number', { description: 'As it was entered.' }),
    kind: t.exposeString('kind', { description: '`home`, `work`, `mobile` or `other`.' }),
  }),
});

export const StreetAddressType = builder.objectRef<StreetAddress>('StreetAddress').implement({
  description: 'A street address.',
  fields: (t) => ({
    kind: t.exposeString('kind', { description: '`home`, `work` or `other`.' }),
    street: t.exposeString('street', { nullable: true, description: 'Street and house number.' }),
    city: t.exposeString('city', { nullable: true, description: 'Town.' }),
    state: t.exposeString('state', { nullable: true, description: 'State or province.' }),
    postalCode: t.exposeString('postalCode', { nullable: true, description: 'Postal code.' }),
    country: t.exposeString('country', { nullable: true, description: 'Country.' }),
  }),
});

/** The fields of a profile, for every type that shows one. */
export function profileFields<Shape extends { readonly profile: Profile }>(
  t: PothosSchemaTypes.ObjectFieldBuilder<(typeof builder)['$inferSchemaTypes'], Shape>,
) {
  return {
    email: t.string({
      nullable: true,
      description: 'The email address in its own spelling; a contact may have none.',
      resolve: ({ profile }) => profile.email,
    }),
    firstName: t.string({ nullable: true, description: 'Given name.', resolve: ({ profile }) => profile.firstName }),
    lastName: t.string({ nullable: true, description: 'Family name.', resolve: ({ profile }) => profile.lastName }),
    jobTitle: t.string({ nullable: true, description: 'Job title.', resolve: ({ profile }) => profile.jobTitle }),
    companyName: t.string({
      nullable: true,
      description: 'Name of the company.',
      resolve: ({ profile }) => profile.companyName,
    }),
    birthday: t.field({
      type: BirthdayType,
      nullable: true,
      description: 'Month and day of birth.',
      resolve: ({ profile }) => profile.birthday,
    }),
    anniversary: t.string({
      nullable: true,
      description: 'A day, as YYYY-MM-DD.',
      resolve: ({ profile }) => profile.anniversary,
    }),
    phoneNumbers: t.field({
      type: [PhoneNumberType],
      description: 'At most three.',
      resolve: ({ profile }) => profile.phoneNumbers,
    }),
    streetAddresses: t.field({
      type: [StreetAddressType],
      description: 'At most three.',
      resolve: ({ profile }) => profile.streetAddresses,
    }),
    customFields: t.field({
      type: [CustomFieldValueType],
      description: "Values of the account's own fields; at most 25.",
      resolve: ({ profile }) => profile.customFields,
    }),
  };
}
