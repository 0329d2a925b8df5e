import { readContact } from '../../constant-contact/contacts.ts';
import { FRESH_PASS, PAGE_SIZE, runContactsPass } from '../pull/contacts-pass.ts';
import { runMembershipsPass } from '../pull/memberships-pass.ts';
import { createPageWriter } from '../pull/page-writer.ts';
import { createRowMemory } from '../pull/row-memory.ts';
import { storePage } from '../pull/store-page.ts';
import type { PushContext } from './push-context.ts';

/** How late a change becomes visible is not documented; the run's first pull has looked back further. */
const OVERLAP_MS = 10_000;

/** What changed in the primary since the last look, brought in again and again while a push goes on. */
export interface Sweep {
  /** The primary's clock at the last look. */
  readonly sweptAt: Date;
  /** Brings in what changed since the last look: changed contacts and opt-outs. Two requests where nothing did. */
  now(): Promise<void>;
}

export function createSweep(push: PushContext, since: Date): Sweep {
  const { session, store, hash } = push;
  const memory = createRowMemory({ store, patience: session.patience, hash });
  let sweptAt = since;
  const pass = async (query: object, onDate: (date: Date) => void) => {
    await runContactsPass(push, {
      pass: 'PREFLIGHT',
      fresh: true,
      query: { status: ['all'], includeCount: true, limit: PAGE_SIZE, ...query },
      mark: null,
      measured: false,
      requestsAfter: 0,
      memory,
      onPage: async (page) => onDate(page.primaryDate),
    });
  };
  return {
    get sweptAt() {
      return sweptAt;
    },
    async now() {
      memory.turn();
      const from = new Date(sweptAt.getTime() - OVERLAP_MS);
      let startedAt: Date | null = null;
      await pass({ updatedAfter: from }, (date) => {
        startedAt ??= date;
      });
      await pass({ optoutAfter: from }, () => {});
      sweptAt = startedAt ?? sweptAt;
    },
  };
}

/** Reads contacts of the primary one by one and stores what it says now. */
export async function readAgain(push: PushContext, contactIds: readonly string[]): Promise<void> {
  const { session, api } = push;
  const writer = createPageWriter(push);
  for (const contactId of contactIds) {
    const found = await session.request((context) => readContact(api, contactId, context), 'PUSH_SAFETY');
    if (found === null) continue;
    await storePage(writer, { contacts: [found.contact], readAt: found.primaryDate, mark: null });
  }
}

/**
 * Whether these contacts are on this list right now. An import that changes fields must name a list, and puts people back
 * who have left it without a trace; so its members are read just before: one by one, or all of the list, whichever is less.
 */
export async function readMemberships(push: PushContext, listId: string, contactIds: readonly string[]): Promise<void> {
  if (contactIds.length === 0) return;
  const { session, store } = push;
  const members = await session.patience(() => store.contacts.countOnList(listId));
  if (contactIds.length <= Math.ceil(members / PAGE_SIZE)) return readAgain(push, contactIds);
  await session.record({ resume: { ...FRESH_PASS, lists: [listId] } });
  await runMembershipsPass(push);
}
