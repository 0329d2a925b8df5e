import { PERMISSIONS, type Permission } from '../contact.ts';
import { Randomness } from './randomness.ts';

/** What the columns of the contact book and its filters need to know of a generated contact; cheap to make. Seconds since 1970. */
export interface Facts {
  readonly hasEmail: boolean;
  readonly permission: Permission;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** 0 where the person never opted out. */
  readonly optOutAt: number;
  /** 0 where the contact is not deleted. */
  readonly deletedAt: number;
  /** Positions in the generated lists and tags. */
  readonly lists: readonly number[];
  readonly tags: readonly number[];
  readonly sms: 'none' | 'explicit' | 'unsubscribed' | 'pending_confirmation' | 'not_set';
}

/** Out of 100, for contacts with an email address. */
const PERMISSION_SHARES: readonly (readonly [Permission, number])[] = [
  ['implicit', 44],
  ['explicit', 36],
  ['unsubscribed', 10],
  ['not_set', 4],
  ['pending_confirmation', 4],
  ['temp_hold', 2],
];
const SMS_STATES = ['explicit', 'explicit', 'explicit', 'unsubscribed', 'pending_confirmation', 'not_set'] as const;
const TEN_YEARS_S = 315_360_000;

/**
 * The outline of generated contact `index`. Shares: 2 % have no email address, 3 % are deleted, 8 % are on no list, most others on one to
 * three, 1 % on many; 15 % have tags; 5 % an SMS channel. Nobody was created in more than ten years before `until`, and nothing happened after it.
 */
export function generateFacts({
  seed,
  index,
  until,
  listCount,
  tagCount,
}: {
  seed: number;
  index: number;
  until: number;
  listCount: number;
  tagCount: number;
}): Facts {
  const randomness = new Randomness(seed, index, 1);
  const hasEmail = !randomness.chance(0.02);
  const permission = hasEmail ? choosePermission(randomness.below(100)) : 'not_set';
  // More people joined lately than long ago.
  const createdAt = until - Math.floor(TEN_YEARS_S * randomness.fraction() ** 1.5) - 60;
  const updatedAt = randomness.chance(0.3) ? createdAt : createdAt + randomness.below(until - createdAt);
  const optOutAt = permission === 'unsubscribed' ? createdAt + randomness.below(until - createdAt) : 0;
  const deletedAt = randomness.chance(0.03) ? Math.max(updatedAt, optOutAt) : 0;
  return {
    hasEmail,
    permission,
    createdAt,
    updatedAt,
    optOutAt,
    deletedAt,
    lists: deletedAt > 0 ? [] : choose(randomness, listCount, listMembershipCount(randomness)),
    tags: randomness.chance(0.15) ? choose(randomness, tagCount, 1 + randomness.below(3)) : [],
    sms: randomness.chance(hasEmail ? 0.04 : 0.5) ? randomness.pick(SMS_STATES) : 'none',
  };
}

function choosePermission(percent: number): Permission {
  let reached = 0;
  for (const [permission, share] of PERMISSION_SHARES) {
    reached += share;
    if (percent < reached) return permission;
  }
  return PERMISSIONS[0];
}

function listMembershipCount(randomness: Randomness): number {
  const roll = randomness.below(100);
  if (roll < 8) return 0;
  if (roll < 60) return 1;
  if (roll < 85) return 2;
  return roll < 99 ? 3 : 50;
}

/** Different positions below `limit`; low ones come more often, as some lists are larger than others. */
function choose(randomness: Randomness, limit: number, count: number): number[] {
  const chosen: number[] = [];
  if (limit === 0) return chosen;
  for (let attempt = 0; attempt < count; attempt += 1) {
    const position = Math.floor(limit * randomness.fraction() ** 2);
    if (!chosen.includes(position)) chosen.push(position);
  }
  return chosen;
}
