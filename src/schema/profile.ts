import type { Birthday, PhoneNumber, StreetAddress } from '../model/profile.ts';
import { builder } from './builder.ts';

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
