import { z } from 'zod';

/** Behaviours of the real API that a careful client must survive. */
export const quirksSchema = z.strictObject({
  /** An import into a list subscribes unsubscribed people again (the vendor's sync guide), instead of refusing them (its newer pages). */
  importResubscribes: z.boolean(),
  /** An unsubscribe or a return moves `email_address.updated_at` but not the contact's `updated_at`. */
  updatedAtSkipsUnsubscribe: z.boolean(),
  /** A change of lists or tags alone, a deletion too, does not move the contact's `updated_at`. */
  updatedAtSkipsMemberships: z.boolean(),
  /** What POST and PUT of one contact answer holds no sub-resources: no lists, tags, custom fields, numbers, addresses, notes. */
  writesAnswerBare: z.boolean(),
  /** Each page begins with the last contact of the page before. */
  duplicateAcrossPages: z.boolean(),
  /** How many of the next cursors shown are refused as expired, with 400; `true` is one. */
  expireCursors: z.union([z.boolean(), z.int().min(0)]),
  /** Refresh tokens change at each use, and use of a spent one ends them all; else they stay the same. */
  singleUseRefreshTokens: z.boolean(),
  /** How long an activity takes. With 0 the next look finds it completed. */
  activitySeconds: z.number().min(0).max(864_000),
  /** How activities end; those that fail, are cancelled or time out have done half of their work; `never` stays processing. */
  activityOutcome: z.enum(['completed', 'failed', 'cancelled', 'timed_out', 'never']),
  /** The life of access tokens issued from now on. */
  accessTokenSeconds: z.int().min(1).max(86_400),
});
export type Quirks = z.infer<typeof quirksSchema>;

export const DEFAULT_QUIRKS: Quirks = {
  importResubscribes: true,
  updatedAtSkipsUnsubscribe: true,
  updatedAtSkipsMemberships: true,
  writesAnswerBare: false,
  duplicateAcrossPages: false,
  expireCursors: false,
  singleUseRefreshTokens: true,
  activitySeconds: 0,
  activityOutcome: 'completed',
  accessTokenSeconds: 86_400,
};
