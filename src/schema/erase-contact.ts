import { type EraseOutcome, eraseContact } from '../sync/local-work/erase-contact.ts';
import { builder } from './builder.ts';
import { UserErrorInterface } from './error-types.ts';
import { localWorkContext } from './local-work-context.ts';
import { ContactNotFound } from './local-work-errors.ts';
import { type ContactRef, ContactRefInput, contactKeyOf, referenceProblems } from './references.ts';
import { InvalidInput, UserError } from './user-errors.ts';

class ContactBusy extends UserError {
  constructor() {
    super('CONTACT_BUSY', 'A push is creating the contact at this moment. Erase it again when that run has ended.');
  }
}

builder.objectType(ContactBusy, {
  name: 'ContactBusy',
  description: 'A push is creating the contact at this moment; ask again when it has ended.',
  interfaces: [UserErrorInterface],
});

interface EraseArgument {
  readonly contact: ContactRef;
  readonly confirm: boolean;
}

const EraseContactInput = builder.inputRef<EraseArgument>('EraseContactInput').implement({
  description: 'Who is to be erased.',
  fields: (t) => ({
    contact: t.field({
      type: ContactRefInput,
      required: true,
      description: 'Which contact. An email address that is not stored is barred from coming in, too.',
    }),
    confirm: t.boolean({ required: true, description: 'Must be true: what is erased cannot be brought back.' }),
  }),
});

type Erased = Extract<EraseOutcome, { kind: 'ERASED' }>;

const EraseContactSuccessType = builder.objectRef<Erased>('EraseContactSuccess').implement({
  description: 'The person is erased here.',
  fields: (t) => ({
    contacts: t.exposeInt('contacts', { description: 'Contacts with the address that were stored here.' }),
    deletionsRequested: t.exposeInt('deletions', {
      description: 'Of so many the next push asks Constant Contact to delete them; until then only their ids are kept.',
    }),
  }),
});

builder.mutationFields((t) => ({
  eraseContact: t.field({
    type: EraseContactSuccessType,
    description:
      "Remove a person's data from the secondary store and ask the primary to delete; keeps a keyed hash that stops re-creation.",
    args: { input: t.arg({ type: EraseContactInput, required: true, description: 'Who.' }) },
    errors: {
      directResult: true,
      types: [ContactNotFound, ContactBusy],
      union: { description: 'What was erased, or why nothing was.' },
    },
    resolve: async (_root, { input: { contact, confirm } }, context) => {
      const problems = referenceProblems(contact, ['input', 'contact']);
      if (!confirm) problems.push({ path: ['input', 'confirm'], message: 'must be true to erase a person.' });
      if (problems.length > 0) throw new InvalidInput(problems);
      const outcome = await eraseContact(localWorkContext(context), contactKeyOf(contact));
      if (outcome.kind === 'ERASED') return outcome;
      throw outcome.kind === 'BUSY' ? new ContactBusy() : new ContactNotFound();
    },
  }),
}));
