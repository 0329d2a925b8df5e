/** What a change of a contact touched. `ERASED` and `RACE_REPAIRED` are recorded with the values that may be kept. */
export const HISTORY_KINDS = [
  'CREATED',
  'FIELD',
  'CONSENT',
  'STATUS',
  'LISTS',
  'TAGS',
  'WISH',
  'DELETION',
  'CONFLICT',
  'REFUSAL',
  'RACE_REPAIRED',
  'ERASED',
] as const;
export type HistoryKind = (typeof HISTORY_KINDS)[number];

/** One thing that changed: `subject` is a profile field, a part of the consent, or a `list_id` or `tag_id`. */
export interface HistoryChange {
  readonly kind: HistoryKind;
  readonly subject: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** Who changed it: the primary (seen by a pull), a caller of ours, or the engine itself (a push, a repair). */
export const HISTORY_SOURCES = ['PRIMARY', 'LOCAL', 'ENGINE'] as const;
export type HistorySource = (typeof HISTORY_SOURCES)[number];
