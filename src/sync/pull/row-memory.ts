import type { PrimaryContact } from '../../model/primary-contact.ts';
import type { Store } from '../../store/store.ts';
import type { WithPatience } from '../store-patience.ts';

/**
 * Rows of the primary that were merged a moment ago, each with the revision of the contact that came of it. The looks of a push
 * overlap, and what its own jobs have just written comes back in each of them.
 *
 * Nothing is taken on trust: a row is left out only where it says, to the last byte, what was merged, *and* the contact is
 * still of the revision that came of it. A merge of the same row into the same contact is UNCHANGED, so that leaving it out
 * changes nothing but the time it takes.
 */
export interface RowMemory {
  /** The rows that have to be merged. */
  unsettled(rows: readonly PrimaryContact[]): Promise<readonly PrimaryContact[]>;
  /** The row was merged, or changed nothing. */
  settle(row: PrimaryContact, revision: number): void;
  /** A new look begins: what the look before the last one saw is forgotten. */
  turn(): void;
}

interface Settled {
  readonly print: string;
  readonly revision: number;
}

export function createRowMemory({
  store,
  patience,
  hash,
}: {
  readonly store: Store;
  readonly patience: WithPatience;
  readonly hash: (parts: Iterable<string>) => string;
}): RowMemory {
  let before = new Map<string, Settled>();
  let now = new Map<string, Settled>();
  const printOf = (row: PrimaryContact): string => hash([JSON.stringify(row)]);

  return {
    async unsettled(rows) {
      const known = new Map<PrimaryContact, Settled>();
      for (const row of rows) {
        const settled = now.get(row.contactId) ?? before.get(row.contactId);
        if (settled !== undefined && settled.print === printOf(row)) known.set(row, settled);
      }
      if (known.size === 0) return rows;
      const revisions = await patience(() =>
        store.contacts.revisionsOf([...known.keys()].map(({ contactId }) => contactId)),
      );
      return rows.filter((row) => {
        const settled = known.get(row);
        if (settled === undefined || revisions.get(row.contactId) !== settled.revision) return true;
        now.set(row.contactId, settled);
        return false;
      });
    },
    settle(row, revision) {
      now.set(row.contactId, { print: printOf(row), revision });
    },
    turn() {
      before = now;
      now = new Map();
    },
  };
}
