import { CONTACT_STATUSES } from '../model/consent.ts';
import { DAYS_KEPT, type DailyCountsDocument, type DailyListCount } from '../store/daily-counts.ts';
import { builder } from './builder.ts';
import { StatusCountType } from './contact-counts.ts';
import { InvalidInput } from './user-errors.ts';

const DAY_MS = 86_400_000;
const MOST_LISTS = 50;

const DailyListCountType = builder.objectRef<DailyListCount>('DailyListCount').implement({
  description: 'How many members a list had on a day.',
  fields: (t) => ({
    listId: t.exposeString('listId', { description: "Constant Contact's list_id." }),
    name: t.exposeString('name', { description: 'What it was called then.' }),
    memberCount: t.exposeInt('memberCount', { description: 'Members by Constant Contact’s own count.' }),
  }),
});

const DailyContactCountsType = builder.objectRef<DailyCountsDocument>('DailyContactCounts').implement({
  description: 'How many contacts the secondary store held after the last pull of a day.',
  fields: (t) => ({
    day: t.exposeString('_id', { description: 'The day in UTC, as YYYY-MM-DD.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When they were counted.' }),
    byStatus: t.field({
      type: [StatusCountType],
      description: 'For each status, none left out; together all contacts.',
      resolve: ({ byStatus }) => CONTACT_STATUSES.map((status) => ({ status, count: byStatus[status] })),
    }),
    lists: t.field({
      type: [DailyListCountType],
      description: 'The largest lists of that day, largest first.',
      args: { first: t.arg.int({ defaultValue: 10, description: `At most ${MOST_LISTS}.` }) },
      resolve({ lists }, { first }) {
        const size = first ?? 10;
        if (size < 0 || size > MOST_LISTS) {
          throw new InvalidInput([{ path: ['first'], message: `must be between 0 and ${MOST_LISTS}.` }]);
        }
        return lists.slice(0, size);
      },
    }),
  }),
});

builder.queryFields((t) => ({
  dailyContactCounts: t.field({
    type: [DailyContactCountsType],
    description: 'Contacts over time: each day that had a pull, oldest first.',
    args: {
      days: t.arg.int({ defaultValue: 30, description: `How many days back, today included; at most ${DAYS_KEPT}.` }),
    },
    resolve(_root, { days }, { store }) {
      const span = days ?? 30;
      if (span < 1 || span > DAYS_KEPT) {
        throw new InvalidInput([{ path: ['days'], message: `must be between 1 and ${DAYS_KEPT}.` }]);
      }
      return store.dailyCounts.since(new Date(Date.now() - (span - 1) * DAY_MS));
    },
  }),
}));
