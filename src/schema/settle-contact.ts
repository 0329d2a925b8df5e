import type { LocalWorkFailure } from '../sync/local-work/local-work.ts';
import {
  type ChangeOutcome,
  type ContactTarget,
  type DeleteOutcome,
  deleteContact,
  discardLocalChanges,
  isSubject,
  resolveConflict,
} from '../sync/local-work/settle-contact.ts';
import { builder } from './builder.ts';
import { ContactType } from './contact.ts';
import { type ContactNode, contactNode } from './contact-node.ts';
import { describedEnum } from './described-enum.ts';
import { localWorkContext } from './local-work-context.ts';
import { ContactErased, ContactNotFound, localWorkError, RevisionConflict } from './local-work-errors.ts';
import { type ContactRef, ContactRefInput, contactKeyOf, referenceProblems } from './references.ts';
import { type InputProblem, InvalidInput } from './user-errors.ts';

interface TargetArgument {
  readonly contact: ContactRef;
  readonly ifRevision?: number | null | undefined;
}

const CONTACT_DESCRIPTION = 'Which contact.';
const REVISION_DESCRIPTION = 'Only if the contact is at this revision.';

interface DiscardArgument extends TargetArgument {
  readonly fields?: readonly string[] | null | undefined;
}

const DiscardInput = builder.inputRef<DiscardArgument>('DiscardLocalChangesInput').implement({
  description: 'Which pending changes are to be dropped.',
  fields: (t) => ({
    contact: t.field({ type: ContactRefInput, required: true, description: CONTACT_DESCRIPTION }),
    fields: t.stringList({ description: 'As `field` in `FieldChange`; all without it.' }),
    ifRevision: t.int({ description: REVISION_DESCRIPTION }),
  }),
});

const ConflictResolutionEnum = describedEnum('ConflictResolution', ['KEEP_LOCAL', 'ACCEPT_PRIMARY'], {
  description: 'Which value of a conflict is to stay.',
  values: {
    KEEP_LOCAL: 'The one that was set here: it is pushed again.',
    ACCEPT_PRIMARY: 'The one of Constant Contact: the local one is let go.',
  },
});

interface ResolveArgument extends TargetArgument {
  readonly field: string;
  readonly resolution: 'KEEP_LOCAL' | 'ACCEPT_PRIMARY';
}

const ResolveInput = builder.inputRef<ResolveArgument>('ResolveConflictInput').implement({
  description: 'How a conflict is to be decided.',
  fields: (t) => ({
    contact: t.field({ type: ContactRefInput, required: true, description: CONTACT_DESCRIPTION }),
    field: t.string({ required: true, description: 'The field in conflict, as in `FieldConflict`.' }),
    resolution: t.field({ type: ConflictResolutionEnum, required: true, description: 'Which value is to stay.' }),
    ifRevision: t.int({ description: REVISION_DESCRIPTION }),
  }),
});

interface DeleteArgument extends TargetArgument {
  readonly confirm: boolean;
}

const DeleteInput = builder.inputRef<DeleteArgument>('DeleteContactInput').implement({
  description: 'Which contact is to be deleted.',
  fields: (t) => ({
    contact: t.field({ type: ContactRefInput, required: true, description: CONTACT_DESCRIPTION }),
    confirm: t.boolean({ required: true, description: 'Must be true: a deletion cannot be taken back once pushed.' }),
    ifRevision: t.int({ description: REVISION_DESCRIPTION }),
  }),
});

const DeletionOutcomeEnum = describedEnum('DeletionOutcome', ['REMOVED', 'REQUESTED', 'DELETED_BEFORE'], {
  description: 'What became of a wish to delete a contact.',
  values: {
    REMOVED: 'It existed only here and is gone.',
    REQUESTED: 'The next push asks Constant Contact to delete it; until then `discardLocalChanges` takes that back.',
    DELETED_BEFORE: 'It was deleted in Constant Contact already.',
  },
});

type Deleted = Exclude<DeleteOutcome, LocalWorkFailure>;

const DeleteContactSuccessType = builder.objectRef<Deleted>('DeleteContactSuccess').implement({
  description: 'It was deleted, or will be.',
  fields: (t) => ({
    outcome: t.field({ type: DeletionOutcomeEnum, description: 'What became of it.', resolve: ({ kind }) => kind }),
    contact: t.field({
      type: ContactType,
      nullable: true,
      description: 'The contact as it is stored now; null when it is gone.',
      resolve: (deleted) => (deleted.kind === 'REMOVED' ? null : contactNode(deleted.contact)),
    }),
  }),
});

/** @throws InvalidInput with all problems. */
function targetOf({ contact, ifRevision }: TargetArgument, problems: readonly InputProblem[] = []): ContactTarget {
  const all = [...referenceProblems(contact, ['input', 'contact']), ...problems];
  if (all.length > 0) throw new InvalidInput(all);
  return { contact: contactKeyOf(contact), ifRevision: ifRevision ?? null };
}

function changedContact(outcome: ChangeOutcome): ContactNode {
  if (outcome.kind === 'CHANGED') return contactNode(outcome.contact);
  throw localWorkError(outcome, ['input']);
}

const errors = {
  types: [ContactNotFound, RevisionConflict, ContactErased],
  dataField: { name: 'contact', description: 'The contact as it is stored now.' },
  result: { description: 'It was done.' },
  union: { description: 'The contact, or why nothing was changed.' },
} as const;

builder.mutationFields((t) => ({
  discardLocalChanges: t.field({
    type: ContactType,
    description: 'Drop pending local changes of a contact, all or the named fields.',
    args: { input: t.arg({ type: DiscardInput, required: true, description: 'Which changes.' }) },
    errors: { ...errors, types: [...errors.types] },
    resolve: async (_root, { input }, context) => {
      const problems = (input.fields ?? []).flatMap((field, index) =>
        isSubject(field)
          ? []
          : [{ path: ['input', 'fields', String(index)], message: 'names nothing that can change.' }],
      );
      const target = targetOf(input, problems);
      const subjects = input.fields ?? null;
      return changedContact(await discardLocalChanges(localWorkContext(context), { ...target, subjects }));
    },
  }),
  resolveConflict: t.field({
    type: ContactType,
    description: "Put the local value of a conflict back as a pending change, or accept the primary's.",
    args: { input: t.arg({ type: ResolveInput, required: true, description: 'Which conflict, and how.' }) },
    errors: { ...errors, types: [...errors.types] },
    resolve: async (_root, { input }, context) => {
      const keep = input.resolution === 'KEEP_LOCAL' ? 'LOCAL' : 'PRIMARY';
      const change = { ...targetOf(input), field: input.field, keep } as const;
      return changedContact(await resolveConflict(localWorkContext(context), change));
    },
  }),
  deleteContact: t.field({
    type: DeleteContactSuccessType,
    description: 'Removes a contact that exists only here; any other is deleted in Constant Contact by the next push.',
    args: { input: t.arg({ type: DeleteInput, required: true, description: 'Which contact.' }) },
    errors: {
      directResult: true,
      types: [...errors.types],
      union: { description: 'What became of it, or why nothing was changed.' },
    },
    resolve: async (_root, { input }, context) => {
      const unconfirmed = { path: ['input', 'confirm'], message: 'must be true to delete a contact.' };
      const target = targetOf(input, input.confirm ? [] : [unconfirmed]);
      const outcome = await deleteContact(localWorkContext(context), target);
      if (outcome.kind === 'REMOVED' || outcome.kind === 'REQUESTED' || outcome.kind === 'DELETED_BEFORE')
        return outcome;
      throw localWorkError(outcome, ['input']);
    },
  }),
}));
