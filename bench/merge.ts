// Compare and merge pulled pages in memory, on one core: contacts per second, of which nine in ten are unchanged.
import type { PrimaryContact } from '../src/model/primary-contact.ts';
import type { StoredContact } from '../src/model/stored-contact.ts';

type Merge = typeof import('../src/sync/decide/merge.ts');
type Derive = typeof import('../src/sync/decide/derive.ts');

// The compiled code, as it runs in production.
const compiled = (path: string) => import(new URL(`../dist/sync/decide/${path}`, import.meta.url).href);
const { mergeContact }: Merge = await compiled('merge.js');
const { createFromPrimary }: Derive = await compiled('derive.js');

const CONTACTS = 50_000;
const PAGE = 500;
const ROUNDS = 7;
const TARGET = 200_000;
const policy = { default: 'PRIMARY_WINS' } as const;
const now = new Date('2026-03-01T00:00:00Z');

/** A contact as full as they are on average: names, company, a phone number, an address, two custom fields, three lists. */
function primaryContact(index: number): PrimaryContact {
  const id = (kind: string, number: number) => `${kind}-0000-4000-8000-${String(number).padStart(12, '0')}`;
  return {
    contactId: id('c0ffee00', index),
    profile: {
      email: `person${index}@example.com`,
      firstName: `First${index % 977}`,
      lastName: `Last${index % 1_381}`,
      jobTitle: index % 3 === 0 ? 'Engineer' : null,
      companyName: `Company ${index % 211}`,
      birthday: index % 4 === 0 ? { month: 1 + (index % 12), day: 1 + (index % 28) } : null,
      anniversary: index % 9 === 0 ? '2006-11-15' : null,
      phoneNumbers: [{ number: `555-01${String(index % 100).padStart(2, '0')}`, kind: 'home' }],
      streetAddresses: [
        { kind: 'home', street: `${index} Main St`, city: 'Boston', state: 'MA', postalCode: '02101', country: 'US' },
      ],
      customFields: [1, 2].map((field) => ({
        customFieldId: id('f1e1d000', field),
        value: `v${index}`,
        choiceIds: [],
      })),
    },
    consent: {
      permissionToSend: 'IMPLICIT',
      confirmStatus: 'off',
      optInAt: new Date(1_700_000_000_000 + index),
      optInSource: 'Account',
      optOutAt: null,
      optOutSource: null,
      optOutReason: null,
    },
    listIds: [0, 1, 2].map((step) => id('11570000', (index + step * 5) % 12)),
    tagIds: index % 5 === 0 ? [id('7a600000', index % 3)] : [],
    notes: [],
    createdAt: new Date(1_700_000_000_000 + index),
    updatedAt: new Date(1_710_000_000_000 + index),
    deletedAt: null,
  };
}

/** One in ten has changed: a name, a membership, or an opt-out. */
function pulled(index: number): PrimaryContact {
  const contact = primaryContact(index);
  switch (index % 30) {
    case 0:
      return { ...contact, profile: { ...contact.profile, lastName: 'Changed' } };
    case 10:
      return { ...contact, listIds: contact.listIds.slice(1) };
    case 20:
      return { ...contact, consent: { ...contact.consent, permissionToSend: 'UNSUBSCRIBED', optOutAt: now } };
    default:
      return contact;
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** Merges one page and answers the processor time that took, in seconds: other work on the machine does not count. */
function mergePage(stored: readonly StoredContact[], rows: readonly PrimaryContact[]): number {
  const start = process.cpuUsage();
  let updated = 0;
  for (const [index, theirs] of rows.entries()) {
    const merged = mergeContact({
      stored: stored[index] ?? null,
      theirs,
      policy,
      runId: 'run-1',
      now,
    });
    if (merged.outcome === 'UPDATED') updated += 1;
  }
  const { user, system } = process.cpuUsage(start);
  if (updated !== PAGE / 10) throw new Error(`${updated} contacts of a page were updated`);
  return (user + system) / 1e6;
}

const rates: number[] = [];
// The first round warms up: a pull is long enough for that not to count.
for (let round = 0; round <= ROUNDS; round += 1) {
  let seconds = 0;
  for (let start = 0; start < CONTACTS; start += PAGE) {
    // Each page and its stored images are new objects, as decoding and a query bring them; making them is not measured.
    const indexes = Array.from({ length: PAGE }, (_, row) => start + row);
    const stored = indexes.map((index) => createFromPrimary(primaryContact(index), { runId: 'run-0', now }));
    seconds += mergePage(stored, indexes.map(pulled));
  }
  if (round === 0) continue;
  rates.push(CONTACTS / seconds);
  process.stderr.write(`round ${round}: ${Math.round(CONTACTS / seconds).toLocaleString('en')} contacts/s\n`);
}

const contactsPerSecond = Math.round(median(rates));
process.stdout.write(
  `${JSON.stringify({ bench: 'merge', contacts: CONTACTS, contactsPerSecond, target: TARGET, met: contactsPerSecond >= TARGET })}\n`,
);
