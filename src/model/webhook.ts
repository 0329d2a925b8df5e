/** Where a webhook comes from: the partner notifications of Constant Contact, or hints of systems of one's own. */
export const WEBHOOK_SOURCES = ['CONSTANT_CONTACT', 'CHANGES'] as const;
export type WebhookSource = (typeof WEBHOOK_SOURCES)[number];

export const WEBHOOK_STATUSES = ['PENDING', 'PROCESSED', 'IGNORED', 'DEAD'] as const;
export type WebhookStatus = (typeof WEBHOOK_STATUSES)[number];

/** What Constant Contact tells its partners of, by the number of the topic, from 1 on. */
export const WEBHOOK_TOPICS = [
  'BILLING_TIER_UPGRADE',
  'BILLING_TIER_DOWNGRADE',
  'ACCOUNT_CANCELLED',
  'ACCOUNT_DISABLED',
] as const;
export type WebhookTopic = (typeof WEBHOOK_TOPICS)[number];

/** The documented types of hints. */
export const CHANGE_TYPES = ['contact.changed', 'contact.deleted', 'list.changed', 'sync.requested'] as const;
export type ChangeType = (typeof CHANGE_TYPES)[number];
