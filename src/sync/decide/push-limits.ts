/** Bounds of what is sent at once (API-FACTS sections 4 to 6). Beyond those of an import the rest is cut without a word. */
export interface PushLimits {
  /** 40,000; 39,999 for a CSV file, whose heading counts. */
  readonly importRows: number;
  /** The whole body as sent; the smaller reading of 4 MB. */
  readonly importBytes: number;
  /** Shorter than what a contact may have. */
  readonly importEmailLength: number;
  /** `contact_ids` of one membership or deletion activity. */
  readonly activityContacts: number;
  readonly listsPerContact: number;
  readonly customFieldsPerContact: number;
  /** Single writes that are planned and recorded together; each is a request of its own. */
  readonly singleWrites: number;
}

export const DEFAULT_PUSH_LIMITS: PushLimits = {
  importRows: 40_000,
  importBytes: 4_000_000,
  importEmailLength: 50,
  activityContacts: 500,
  listsPerContact: 50,
  customFieldsPerContact: 25,
  singleWrites: 500,
};
