import { builder } from './builder.ts';
import { SyncStatusType } from './sync-status.ts';
import { NotConnected } from './user-errors.ts';

builder.mutationFields((t) => ({
  disconnectAccount: t.field({
    type: SyncStatusType,
    description: 'Forgets the tokens of the connected account, on all instances within seconds. Contacts stay.',
    errors: {
      types: [NotConnected],
      dataField: { name: 'syncStatus', description: 'The gateway, no longer connected.' },
      result: { description: 'The account was disconnected.' },
      union: { description: 'The gateway at a glance, or why nothing was disconnected.' },
    },
    resolve: async (_root, _arguments, { disconnectAccount, status }) => {
      if (!(await disconnectAccount()))
        throw new NotConnected('No account is connected by /oauth/connect: there is nothing to disconnect.');
      return status();
    },
  }),
}));
