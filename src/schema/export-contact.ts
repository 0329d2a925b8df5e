import { exportContact } from '../sync/local-work/export-contact.ts';
import { builder } from './builder.ts';
import { ContactRefInput, contactKeyOf, referenceProblems } from './references.ts';
import { InvalidInput } from './user-errors.ts';

builder.queryFields((t) => ({
  exportContact: t.field({
    type: 'JSON',
    nullable: true,
    description:
      'All that is stored of a person, for a request of access: the contact with both images and its consent, its whole history, and the records elsewhere that name it. Null when nothing is stored.',
    args: { by: t.arg({ type: ContactRefInput, required: true, description: 'Which contact.' }) },
    resolve: async (_root, { by }, { store }) => {
      const problems = referenceProblems(by, ['by']);
      if (problems.length > 0) throw new InvalidInput(problems);
      return exportContact(store, contactKeyOf(by), new Date());
    },
  }),
}));
