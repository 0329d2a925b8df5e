import { ActivityQueue } from './activities/activity-queue.ts';
import { formatInstant } from './contact.ts';
import { ContactBook } from './contact-book.ts';
import { ContactQueries } from './contact-query.ts';
import { Faults } from './faults.ts';
import {
  type ContactList,
  type CustomField,
  generateCustomFields,
  generateLists,
  generateTags,
  type Tag,
} from './generator/catalogue.ts';
import { ContactGenerator } from './generator/contact-generator.ts';
import { Randomness, randomUuid } from './generator/randomness.ts';
import type { Quirks } from './quirks.ts';
import { RequestLimit } from './request-limit.ts';
import { Stats } from './stats.ts';

export interface WorldSettings {
  readonly contacts: number;
  readonly lists: number;
  readonly seed: number;
  readonly rateLimit: boolean;
}

/** The account that the sandbox imitates, with all that happened to it. `reset` makes a new one. */
export interface World {
  readonly settings: WorldSettings;
  readonly now: () => Date;
  /** The current time as the API writes it. */
  readonly timestamp: () => string;
  readonly createId: () => string;
  readonly quirks: Quirks;
  readonly book: ContactBook;
  readonly queries: ContactQueries;
  readonly lists: Map<string, ContactList>;
  readonly tags: Map<string, Tag>;
  readonly customFields: Map<string, CustomField>;
  /** Custom fields by the name that imports use. */
  readonly customFieldNames: Map<string, CustomField>;
  readonly activities: ActivityQueue;
  /** Exported files by their id. */
  readonly exports: Map<string, string>;
  /** Segments that have been asked for once. */
  readonly preparedSegments: Set<number>;
  /** Lists that a contact was taken from by the owner or by own wish, by the contact's index. */
  readonly leftLists: Map<number, Set<string>>;
  /** Lists that unsubscribed people will join once they confirm, by index; the invitation can be sent once. */
  readonly invitations: Map<number, readonly string[]>;
  /** Webhook addresses by topic. */
  readonly subscriptions: Map<number, string>;
  readonly stats: Stats;
  readonly limit: RequestLimit;
  readonly faults: Faults;
}

/** Generated data ends here, so that the same seed gives the same account on any day after it. */
const GENERATED_UNTIL = Date.parse('2026-07-01T00:00:00Z') / 1000;

export function createWorld({
  settings,
  now,
  quirks,
}: {
  settings: WorldSettings;
  now: () => Date;
  quirks: Quirks;
}): World {
  const { seed } = settings;
  const until = Math.min(GENERATED_UNTIL, Math.floor(now().getTime() / 1000));
  const lists = generateLists({ seed, count: settings.lists, until });
  const tags = generateTags({ seed, until });
  const customFields = generateCustomFields({ seed, until });
  const generator = new ContactGenerator({ size: settings.contacts, seed, until, lists, tags, customFields });
  const book = new ContactBook({
    generator,
    listIds: lists.map((list) => list.list_id),
    tagIds: tags.map((tag) => tag.tag_id),
  });
  const randomness = new Randomness(seed, 0x1d5);
  const createId = () => randomUuid(randomness);
  return {
    settings,
    now,
    timestamp: () => formatInstant(Math.floor(now().getTime() / 1000)),
    createId,
    quirks,
    book,
    queries: new ContactQueries(book),
    lists: new Map(lists.map((list) => [list.list_id, list])),
    tags: new Map(tags.map((tag) => [tag.tag_id, tag])),
    customFields: new Map(customFields.map((field) => [field.custom_field_id, field])),
    customFieldNames: new Map(customFields.map((field) => [field.name, field])),
    activities: new ActivityQueue({ now, createId, quirks }),
    exports: new Map(),
    preparedSegments: new Set(),
    leftLists: new Map(),
    invitations: new Map(),
    subscriptions: new Map(),
    stats: new Stats(),
    limit: new RequestLimit({ enabled: settings.rateLimit, now }),
    faults: new Faults(seed),
  };
}
