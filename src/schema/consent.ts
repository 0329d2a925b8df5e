import { type Consent, PERMISSIONS_TO_SEND } from '../model/consent.ts';
import { builder } from './builder.ts';
import { describedEnum } from './described-enum.ts';

const PermissionToSendEnum = describedEnum('PermissionToSend', PERMISSIONS_TO_SEND, {
  description: 'Whether Constant Contact lets the account write to an email address.',
  values: {
    IMPLICIT: 'Permission follows from a business relation.',
    EXPLICIT: 'The person gave permission.',
    PENDING_CONFIRMATION: 'The person was asked to confirm and has not yet.',
    UNSUBSCRIBED: 'The person opted out.',
    TEMP_HOLD: 'Constant Contact holds the address back for now.',
    NOT_SET: 'Nothing is recorded.',
  },
});

/** Of a contact that Constant Contact does not know. */
export const NO_CONSENT: Consent = {
  permissionToSend: null,
  confirmStatus: null,
  optInAt: null,
  optInSource: null,
  optOutAt: null,
  optOutSource: null,
  optOutReason: null,
};

const knownPermission = (value: string | null) => PERMISSIONS_TO_SEND.find((known) => known === value) ?? null;

export const ConsentType = builder.objectRef<Consent>('Consent').implement({
  description: "A subscriber's own choice, as Constant Contact records it.",
  fields: (t) => ({
    permissionToSend: t.field({
      type: PermissionToSendEnum,
      nullable: true,
      description:
        'Null without an email address, and for a value newer than this gateway (see `rawPermissionToSend`).',
      resolve: (consent) => knownPermission(consent.permissionToSend),
    }),
    rawPermissionToSend: t.string({
      nullable: true,
      description: 'The permission as Constant Contact says it, in capitals, whether we know the value or not.',
      resolve: (consent) => consent.permissionToSend,
    }),
    confirmStatus: t.exposeString('confirmStatus', {
      nullable: true,
      description: '`pending`, `confirmed` or `off`.',
    }),
    optInAt: t.expose('optInAt', { type: 'DateTime', nullable: true, description: 'When permission was given.' }),
    optInSource: t.exposeString('optInSource', {
      nullable: true,
      description: 'Who gave permission: `Contact` (the person) or `Account`.',
    }),
    optOutAt: t.expose('optOutAt', { type: 'DateTime', nullable: true, description: 'When the person opted out.' }),
    optOutSource: t.exposeString('optOutSource', {
      nullable: true,
      description: 'Who opted out: `Contact` (the person asked) or `Account`.',
    }),
    optOutReason: t.exposeString('optOutReason', { nullable: true, description: 'The reason that was given.' }),
  }),
});
