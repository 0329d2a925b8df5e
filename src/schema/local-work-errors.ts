import type { ContactDocument } from '../store/contact-document.ts';
import type { LocalWorkFailure } from '../sync/local-work/local-work.ts';
import { builder } from './builder.ts';
import { ContactType } from './contact.ts';
import { contactNode } from './contact-node.ts';
import { UserErrorInterface } from './error-types.ts';
import { InvalidInput, UserError } from './user-errors.ts';

export class ContactNotFound extends UserError {
  constructor() {
    super('NOT_FOUND', 'There is no such contact.');
  }
}

export class ContactListNotFound extends UserError {
  constructor() {
    super('NOT_FOUND', 'There is no such contact list, or Constant Contact has it no more.');
  }
}

export class RevisionConflict extends UserError {
  readonly contact: ContactDocument;

  constructor(contact: ContactDocument) {
    super(
      'REVISION_CONFLICT',
      `The contact has changed since: it is at revision ${contact.revision} now. Look at it again and save what still is to be saved.`,
    );
    this.contact = contact;
  }
}

export class ContactErased extends UserError {
  constructor() {
    super('CONTACT_ERASED', 'This person was erased, and must not come back.');
  }
}

export class EmailTaken extends UserError {
  readonly contact: ContactDocument;

  constructor(owner: ContactDocument) {
    super(
      'EMAIL_TAKEN',
      owner.deletedAt === null
        ? 'Another contact has this email address.'
        : 'A contact that is deleted in Constant Contact has this email address: using it would bring that one back.',
    );
    this.contact = owner;
  }
}

builder.objectType(ContactNotFound, {
  name: 'ContactNotFound',
  description: 'There is no such contact.',
  interfaces: [UserErrorInterface],
});

builder.objectType(ContactListNotFound, {
  name: 'ContactListNotFound',
  description: 'There is no such contact list, or no more.',
  interfaces: [UserErrorInterface],
});

builder.objectType(ContactErased, {
  name: 'ContactErased',
  description: 'The person was erased, see `eraseContact`; nothing was changed.',
  interfaces: [UserErrorInterface],
});

builder.objectType(RevisionConflict, {
  name: 'RevisionConflict',
  description: 'The contact is not at the revision that the caller has seen; nothing was changed.',
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    contact: t.field({
      type: ContactType,
      description: 'The contact as it is now.',
      resolve: ({ contact }) => contactNode(contact),
    }),
  }),
});

builder.objectType(EmailTaken, {
  name: 'EmailTaken',
  description: 'The email address belongs to another contact; nothing was changed.',
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    contact: t.field({
      type: ContactType,
      description: 'The contact that has the address.',
      resolve: ({ contact }) => contactNode(contact),
    }),
  }),
});

/** The named error of a failure; the paths of problems begin at `path`. */
export function localWorkError(failure: LocalWorkFailure, path: readonly string[]): UserError {
  switch (failure.kind) {
    case 'INVALID':
      return new InvalidInput(
        failure.problems.map((problem) => ({ path: [...path, ...problem.path], message: problem.message })),
      );
    case 'NOT_FOUND':
      return new ContactNotFound();
    case 'REVISION_CONFLICT':
      return new RevisionConflict(failure.contact);
    case 'ERASED':
      return new ContactErased();
    case 'EMAIL_TAKEN':
      return new EmailTaken(failure.owner);
  }
}
