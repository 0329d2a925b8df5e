import { builder } from './builder.ts';
import { ContactType } from './contact.ts';

/** A page of contacts, wherever they come from. */
export const ContactConnectionType = builder.connectionObject<
  typeof ContactType,
  { readonly countAll: () => Promise<number> }
>(
  {
    type: ContactType,
    name: 'ContactConnection',
    description: 'A page of contacts.',
    fields: (t) => ({
      totalCount: t.int({
        description: 'How many contacts there are on all pages. Counted when asked for.',
        resolve: ({ countAll }) => countAll(),
      }),
    }),
  },
  { name: 'ContactEdge', description: 'A contact with its cursor.' },
);
