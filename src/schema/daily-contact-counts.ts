import { DAYS_KEPT, type DailyCountsDocument, type DailyListCount } from '../store/daily-counts.ts';
import { builder } from './builder.ts';
import { StatusCountType, statusCounts } from './contact-counts.ts';
import { rangeProblems } from './page-request.ts';
import { InvalidInput } from './user-errors.ts';

const DAY_MS = 86_400_000;
const SHOWN_LISTS = 10;
const MOST_LISTS = 50;
const SHOWN_DAYS = 30;

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
      resolve: ({ byStatus }) => statusCounts(byStatus),
    }),
    lists: t.field({
      type: [DailyListCountType],
      description: 'The largest lists of that day, largest first.',
      args: { first: t.arg.int({ defaultValue: SHOWN_LISTS, description: `At most ${MOST_LISTS}.` }) },
      resolve({ lists }, { first }) {
        const problems = rangeProblems('first', first, { least: 0, most: MOST_LISTS });
        if (problems.length > 0) throw new InvalidInput(problems);
        return lists.slice(0, first ?? SHOWN_LISTS);
      },
    }),
  }),
});

builder.queryFields((t) => ({
  dailyContactCounts: t.field({
    type: [DailyContactCountsType],
    description: 'Contacts over time: each day that had a pull, oldest first.',
    args: {
      days: t.arg.int({
        defaultValue: SHOWN_DAYS,
        description: `How many days back, today included; at most ${DAYS_KEPT}.`,
      }),
    },
    resolve(_root, { days }, { store }) {
      const problems = rangeProblems('days', days, { least: 1, most: DAYS_KEPT });
      if (problems.length > 0) throw new InvalidInput(problems);
      return store.dailyCounts.since(new Date(Date.now() - ((days ?? SHOWN_DAYS) - 1) * DAY_MS));
    },
  }),
}));
