/** How a bulk import is sent: as rows of JSON, or as a file. */
export const IMPORT_FORMATS = ['json', 'csv'] as const;
export type ImportFormat = (typeof IMPORT_FORMATS)[number];

/** Bounds of what is sent at once (API-FACTS sections 4 to 6). Beyond those of an import the rest is cut without a word. */
export interface PushLimits {
  readonly importFormat: ImportFormat;
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

const JSON_LIMITS: PushLimits = {
  importFormat: 'json',
  importRows: 40_000,
  importBytes: 4_000_000,
  importEmailLength: 50,
  activityContacts: 500,
  listsPerContact: 50,
  customFieldsPerContact: 25,
  singleWrites: 500,
};

/** More than the frame of a multipart body and 50 list ids need: the 4 MB are those of the whole body. */
const FRAME_BYTES = 4_096;

export const PUSH_LIMITS: Readonly<Record<ImportFormat, PushLimits>> = {
  json: JSON_LIMITS,
  csv: {
    ...JSON_LIMITS,
    importFormat: 'csv',
    importRows: JSON_LIMITS.importRows - 1,
    importBytes: JSON_LIMITS.importBytes - FRAME_BYTES,
  },
};
