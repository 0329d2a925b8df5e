/** The four partner topics. There are none for contacts, lists or campaigns. */
export const TOPICS: ReadonlyMap<number, { topic_name: string; topic_description: string; event_type: string }> =
  new Map([
    [
      1,
      {
        topic_name: 'Billing Tier Upgrade',
        topic_description: 'An account moved to a higher billing tier.',
        event_type: 'tier.increase',
      },
    ],
    [
      2,
      {
        topic_name: 'Billing Tier Downgrade',
        topic_description: 'An account moved to a lower billing tier.',
        event_type: 'tier.decrease',
      },
    ],
    [
      3,
      { topic_name: 'Account Cancelled', topic_description: 'An account was cancelled.', event_type: 'account.cancel' },
    ],
    [
      4,
      { topic_name: 'Account Disabled', topic_description: 'An account was disabled.', event_type: 'account.disable' },
    ],
  ]);
