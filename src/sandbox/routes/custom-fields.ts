import { z } from 'zod';
import { deleteCustomField } from '../activities/removals.ts';
import {
  CUSTOM_FIELD_TYPES,
  type CustomField,
  type CustomFieldChoice,
  customFieldName,
} from '../generator/catalogue.ts';
import { conflict, invalid, notFound } from '../http/api-error.ts';
import { idSchema, parseBody } from '../http/request-body.ts';
import type { ApiRequest, ApiResponse, Route } from '../http/route.ts';
import { pageOfItems, parsePage } from '../page.ts';
import type { World } from '../world.ts';

export const customFieldRoutes: readonly Route[] = [
  { method: 'GET', path: '/contact_custom_fields', scope: 'contact_data', handle: getCustomFields },
  {
    method: 'GET',
    path: '/contact_custom_fields/{custom_field_id}',
    scope: 'contact_data',
    handle: (request, world) => ({ status: 200, body: findCustomField(request, world) }),
  },
  { method: 'POST', path: '/contact_custom_fields', scope: 'contact_data', handle: postCustomField },
  { method: 'PUT', path: '/contact_custom_fields/{custom_field_id}', scope: 'contact_data', handle: putCustomField },
  {
    method: 'DELETE',
    path: '/contact_custom_fields/{custom_field_id}',
    scope: 'contact_data',
    handle(request, world) {
      deleteCustomField(world, findCustomField(request, world).custom_field_id);
      return { status: 204 };
    },
  },
];

const FIELD_LIMIT = 100;
const choiceSchema = z.object({
  choice_id: z.int().optional(),
  choice_label: z.string().min(1).max(255),
  display_order: z.int().optional(),
});
const postSchema = z.object({
  label: z.string().trim().min(1).max(50),
  type: z.enum(CUSTOM_FIELD_TYPES),
  version: z.int().min(1).max(2).optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
  choices: z.array(choiceSchema).max(100).optional(),
});
const putSchema = postSchema.pick({ label: true, choices: true });

function getCustomFields(request: ApiRequest, world: World): ApiResponse {
  const pageRequest = parsePage(request, { max: 100, byDefault: 50 });
  const { items, links } = pageOfItems('/contact_custom_fields', pageRequest, [...world.customFields.values()]);
  return { status: 200, body: { custom_fields: items, ...links } };
}

export function findCustomField(request: ApiRequest, world: World): CustomField {
  const id = idSchema.safeParse(request.params['custom_field_id']);
  if (!id.success) throw notFound('custom_field_id is in an invalid format.');
  const field = world.customFields.get(id.data);
  if (field === undefined) throw notFound();
  return field;
}

function postCustomField(request: ApiRequest, world: World): ApiResponse {
  const { label, type, version, metadata, choices } = parseBody(postSchema, request);
  const isSelect = type === 'single_select' || type === 'multi_select';
  if (isSelect && (choices ?? []).length === 0) throw invalid(`choices: are required for type ${type}`);
  if (world.customFields.size >= FIELD_LIMIT) throw invalid(`An account has at most ${FIELD_LIMIT} custom fields.`);
  const name = customFieldName(label);
  if (world.customFieldNames.has(name)) throw conflict('A custom field with this label already exists.');
  const at = world.timestamp();
  const field: CustomField = {
    custom_field_id: world.createId(),
    label,
    name,
    type,
    version: version ?? (type === 'date' || type === 'datetime' ? 2 : 1),
    ...(metadata === undefined ? {} : { metadata }),
    ...(isSelect ? { choices: numbered(choices ?? []) } : {}),
    created_at: at,
    updated_at: at,
  };
  store(world, field);
  return { status: 201, body: field };
}

/** Choices left out are lost. Type and name stay. */
function putCustomField(request: ApiRequest, world: World): ApiResponse {
  const { choices: _lost, ...before } = findCustomField(request, world);
  const { label, choices } = parseBody(putSchema, request);
  const field = {
    ...before,
    label,
    ...(choices === undefined ? {} : { choices: numbered(choices) }),
    updated_at: world.timestamp(),
  };
  store(world, field);
  return { status: 200, body: field };
}

function store(world: World, field: CustomField): void {
  world.customFields.set(field.custom_field_id, field);
  world.customFieldNames.set(field.name, field);
}

function numbered(choices: readonly z.infer<typeof choiceSchema>[]): CustomFieldChoice[] {
  let nextId = Math.max(0, ...choices.map((choice) => choice.choice_id ?? 0));
  return choices.map(({ choice_id, choice_label, display_order }, position) => {
    if (choice_id === undefined) nextId += 1;
    return { choice_id: choice_id ?? nextId, choice_label, display_order: display_order ?? position + 1 };
  });
}
