import { z } from 'zod';
import { invalid } from '../http/api-error.ts';
import { idSchema } from '../http/request-body.ts';
import type { World } from '../world.ts';

const ENGAGEMENT_LEVELS = ['unqualified', 'low', 'medium', 'high'] as const;
const NEW_SUBSCRIBER_MS = 30 * 86_400_000;

const ids = (max: number) => z.array(idSchema).min(1).max(max).optional();

/** Which contacts an activity is about. */
export const sourceShape = {
  contact_ids: ids(500),
  list_ids: ids(50),
  tag_ids: ids(50),
  all_active_contacts: z.boolean().optional(),
  new_subscriber: z.boolean().optional(),
  engagement_level: z.enum(ENGAGEMENT_LEVELS).optional(),
  segment_id: z.int().min(0).optional(),
};
export type ContactSource = z.infer<z.ZodObject<typeof sourceShape>>;

export const excludeSchema = z.object({ contact_ids: z.array(idSchema).default([]) }).optional();
export type Exclude = z.infer<typeof excludeSchema>;

/** Refuses with 400 anything but exactly one source, and an `exclude` beside a source that it does not go with. */
export function checkSource(source: ContactSource, exclude: Exclude): void {
  const given = Object.entries(source).filter(([, value]) => value !== undefined && value !== false);
  if (given.length !== 1) throw invalid('source: exactly one property must be given');
  const isExcludable = source.all_active_contacts === true || source.list_ids !== undefined;
  if (exclude !== undefined && exclude.contact_ids.length > 0 && !isExcludable) {
    throw invalid('exclude: can only be used with all_active_contacts or list_ids');
  }
}

/** Indexes of the contacts meant. Ids that are not known are passed over. */
export function selectContacts(world: World, source: ContactSource, exclude: Exclude): number[] {
  const excluded = new Set(exclude?.contact_ids);
  const selected = indexesOf(world, source);
  return excluded.size === 0 ? selected : selected.filter((index) => !excluded.has(world.book.get(index).contact_id));
}

function indexesOf(world: World, source: ContactSource): number[] {
  const { book, queries } = world;
  if (source.contact_ids !== undefined) {
    return source.contact_ids.map((id) => book.indexOfId(id)).filter((index) => index !== undefined);
  }
  if (source.list_ids !== undefined) return [...queries.matching({ status: [], lists: source.list_ids })];
  if (source.tag_ids !== undefined) return [...queries.matching({ status: [], tags: source.tag_ids })];
  if (source.segment_id !== undefined) return [...queries.matching({ status: [], segmentId: source.segment_id })];
  if (source.new_subscriber === true) {
    return [...queries.matching({ status: ['active'], createdAfter: world.now().getTime() - NEW_SUBSCRIBER_MS })];
  }
  const active = [...queries.matching({ status: ['active'] })];
  const { engagement_level } = source;
  // Nobody opens anything here: levels are spread evenly.
  return engagement_level === undefined
    ? active
    : active.filter((index) => index % ENGAGEMENT_LEVELS.length === ENGAGEMENT_LEVELS.indexOf(engagement_level));
}
