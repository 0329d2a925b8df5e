/** Where a webhook comes from: the partner notifications of Constant Contact, or hints of systems of one's own. */
export const WEBHOOK_SOURCES = ['CONSTANT_CONTACT', 'CHANGES'] as const;
export type WebhookSource = (typeof WEBHOOK_SOURCES)[number];

export const WEBHOOK_STATUSES = ['PENDING', 'PROCESSED', 'IGNORED', 'DEAD'] as const;
export type WebhookStatus = (typeof WEBHOOK_STATUSES)[number];

/** The documented types of hints. */
export const CHANGE_TYPES = ['contact.changed', 'contact.deleted', 'list.changed', 'sync.requested'] as const;
export type ChangeType = (typeof CHANGE_TYPES)[number];
