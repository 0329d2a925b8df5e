/**
 * Our own small set of definitions of what Constant Contact answers, stricter than the published ones where we know better: no property beyond those
 * named, whole-second timestamps, `deleted_at` of a contact without time.
 */
const uuid = { type: 'string', format: 'uuid' } as const;
const instant = { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}Z$' } as const;
const text = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength });
const listOf = (items: object, maxItems: number) => ({ type: 'array', items, maxItems });
const source = { enum: ['Contact', 'Account'] };

function closed(properties: Record<string, object>, optional: readonly string[] = []): object {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', properties, required, additionalProperties: false };
}

const link = closed({ href: { type: 'string', pattern: '^/v3/' } });
const pagingLinks = closed({ next: link }, ['next']);

const emailAddress = closed(
  {
    address: text(80),
    permission_to_send: {
      enum: ['explicit', 'implicit', 'not_set', 'pending_confirmation', 'temp_hold', 'unsubscribed'],
    },
    created_at: instant,
    updated_at: instant,
    opt_in_source: source,
    opt_in_date: instant,
    opt_out_source: source,
    opt_out_date: instant,
    opt_out_reason: text(255),
    confirm_status: { enum: ['pending', 'confirmed', 'off'] },
  },
  ['opt_in_source', 'opt_in_date', 'opt_out_source', 'opt_out_date', 'opt_out_reason'],
);

const contact = closed(
  {
    contact_id: uuid,
    email_address: emailAddress,
    first_name: text(50),
    last_name: text(50),
    job_title: text(50),
    company_name: text(50),
    birthday_month: { type: 'integer', minimum: 1, maximum: 12 },
    birthday_day: { type: 'integer', minimum: 1, maximum: 31 },
    anniversary: { type: 'string', format: 'date' },
    update_source: source,
    create_source: source,
    created_at: instant,
    updated_at: instant,
    deleted_at: { type: 'string', format: 'date' },
    custom_fields: listOf(
      closed({ custom_field_id: uuid, value: text(255), choice_ids: { type: 'array', items: { type: 'string' } } }, [
        'value',
        'choice_ids',
      ]),
      25,
    ),
    phone_numbers: listOf(
      closed({
        phone_number_id: uuid,
        phone_number: text(50),
        kind: { enum: ['home', 'work', 'mobile', 'other'] },
        created_at: instant,
        updated_at: instant,
      }),
      3,
    ),
    street_addresses: listOf(
      closed(
        {
          street_address_id: uuid,
          kind: { enum: ['home', 'work', 'other'] },
          street: text(511),
          city: text(50),
          state: text(50),
          postal_code: text(50),
          country: text(50),
          created_at: instant,
          updated_at: instant,
        },
        ['street', 'city', 'state', 'postal_code', 'country'],
      ),
      3,
    ),
    list_memberships: listOf(uuid, 50),
    taggings: listOf(uuid, 50),
    notes: listOf(closed({ note_id: uuid, created_at: instant, content: { type: 'string', maxLength: 2000 } }), 150),
    sms_channel: { type: 'object', required: ['sms_channel_id', 'sms_address', 'dial_code', 'sms_channel_consents'] },
  },
  [
    ...['email_address', 'first_name', 'last_name', 'job_title', 'company_name', 'birthday_month', 'birthday_day'],
    ...['anniversary', 'update_source', 'deleted_at', 'custom_fields', 'phone_numbers', 'street_addresses'],
    ...['list_memberships', 'taggings', 'notes', 'sms_channel'],
  ],
);

const list = closed(
  {
    list_id: uuid,
    name: text(255),
    description: { type: 'string' },
    favorite: { type: 'boolean' },
    created_at: instant,
    updated_at: instant,
    deleted_at: instant,
    membership_count: { type: 'integer', minimum: 0 },
  },
  ['description', 'deleted_at', 'membership_count'],
);

const tag = closed(
  {
    tag_id: uuid,
    name: text(255),
    tag_source: { type: 'string' },
    contacts_count: { type: 'integer', minimum: 0 },
    created_at: instant,
    updated_at: instant,
  },
  ['contacts_count'],
);

const customField = {
  type: 'object',
  required: ['custom_field_id', 'label', 'name', 'type', 'version', 'created_at', 'updated_at'],
  properties: { custom_field_id: uuid, label: text(50), name: text(50), created_at: instant, updated_at: instant },
};

const activity = closed(
  {
    activity_id: uuid,
    state: { enum: ['initialized', 'processing', 'completed', 'cancelled', 'failed', 'timed_out'] },
    source_file_name: { type: 'string' },
    started_at: instant,
    completed_at: instant,
    created_at: instant,
    updated_at: instant,
    percent_done: { type: 'integer', minimum: 0, maximum: 100 },
    activity_errors: { type: 'array', items: { type: 'string' } },
    status: { type: 'object', additionalProperties: { type: 'integer', minimum: 0 } },
    _links: closed({ self: link, results: link }, ['results']),
  },
  ['source_file_name', 'started_at', 'completed_at', 'status'],
);

const count = { type: 'integer', minimum: 0 };

/** By route; any success of a route has the shape given here. */
export const DEFINITIONS: Readonly<Record<string, object>> = {
  'GET /contacts': {
    anyOf: [
      closed({ contacts: listOf(contact, 500), contacts_count: count, _links: pagingLinks }, ['contacts_count']),
      closed({ status: { type: 'string' } }),
    ],
  },
  'POST /contacts': contact,
  'GET /contacts/{contact_id}': contact,
  'PUT /contacts/{contact_id}': contact,
  'GET /contacts/counts': closed(
    { total: count, explicit: count, implicit: count, pending: count, unsubscribed: count, new_subscriber: count },
    ['new_subscriber'],
  ),
  'GET /contact_lists': closed({ lists: listOf(list, 1000), lists_count: count, _links: pagingLinks }, [
    'lists_count',
    '_links',
  ]),
  'POST /contact_lists': list,
  'GET /contact_lists/{list_id}': list,
  'PUT /contact_lists/{list_id}': list,
  'GET /contact_tags': closed({ tags: listOf(tag, 500), _links: pagingLinks }, ['_links']),
  'POST /contact_tags': tag,
  'GET /contact_tags/{tag_id}': tag,
  'PUT /contact_tags/{tag_id}': tag,
  'GET /contact_custom_fields': closed({ custom_fields: listOf(customField, 100), _links: pagingLinks }, ['_links']),
  'POST /contact_custom_fields': customField,
  'GET /activities': closed({ activities: listOf(activity, 500), _links: pagingLinks }, ['_links']),
  'GET /activities/{activity_id}': activity,
  'POST /activities/contacts_json_import': activity,
  'POST /activities/contacts_file_import': activity,
};

const keyed = closed({ error_key: text(100), error_message: text(1000) });

/** Refusals: a list, but for authorization and limits, which answer one object. */
export const REFUSALS: Readonly<Record<number, object>> = {
  401: keyed,
  403: keyed,
  429: { anyOf: [keyed, { type: 'array', items: keyed, minItems: 1 }] },
};
export const REFUSAL = { type: 'array', items: keyed, minItems: 1 };
