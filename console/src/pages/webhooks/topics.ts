import type { WebhookTopic } from '../../gateway/generated.ts';

export interface KnownTopic {
  readonly topic: WebhookTopic;
  readonly title: string;
  /** What is told, and what the gateway does about it. */
  readonly meaning: string;
}

export const TOPICS: readonly KnownTopic[] = [
  {
    topic: 'ACCOUNT_CANCELLED',
    title: 'Account cancelled',
    meaning: 'The schedule is paused when it is the connected account.',
  },
  {
    topic: 'ACCOUNT_DISABLED',
    title: 'Account disabled',
    meaning: 'The schedule is paused when it is the connected account.',
  },
  {
    topic: 'BILLING_TIER_UPGRADE',
    title: 'Account moved to a higher tier',
    meaning: 'It is recorded among the deliveries.',
  },
  {
    topic: 'BILLING_TIER_DOWNGRADE',
    title: 'Account moved to a lower tier',
    meaning: 'It is recorded among the deliveries.',
  },
];
