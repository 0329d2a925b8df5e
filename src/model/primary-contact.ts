import type { Consent } from './consent.ts';
import type { Profile } from './profile.ts';

export interface Note {
  readonly noteId: string;
  readonly createdAt: Date | null;
  readonly content: string;
}

/** A contact as Constant Contact says it is: one decoded row of `GET /contacts` with every sub-resource included. */
export interface PrimaryContact {
  readonly contactId: string;
  readonly profile: Profile;
  readonly consent: Consent;
  readonly listIds: readonly string[];
  readonly tagIds: readonly string[];
  readonly notes: readonly Note[];
  readonly createdAt: Date | null;
  /** Follows the personal details only; memberships and an opt-out may change without it (API-FACTS section 2). */
  readonly updatedAt: Date | null;
  /** A day, at 00:00 UTC. */
  readonly deletedAt: Date | null;
}

/** A contact list of the primary. */
export interface PrimaryList {
  readonly listId: string;
  readonly name: string;
  readonly description: string | null;
  readonly favorite: boolean;
  /** Only when asked for with `include_membership_count`. */
  readonly membershipCount: number | null;
  readonly createdAt: Date | null;
  readonly updatedAt: Date | null;
  readonly deletedAt: Date | null;
}

/** A tag of the primary. */
export interface PrimaryTag {
  readonly tagId: string;
  readonly name: string;
  readonly tagSource: string | null;
  readonly createdAt: Date | null;
  readonly updatedAt: Date | null;
}

/** A custom field of the primary. Imports name it by `name`, contacts by its id. */
export interface PrimaryCustomField {
  readonly customFieldId: string;
  readonly label: string;
  readonly name: string;
  /** `string`, `text_area`, `date`, `datetime`, `number`, `currency`, `boolean`, `single_select` or `multi_select`. */
  readonly type: string;
  readonly choices: readonly { readonly choiceId: string; readonly label: string }[];
}
