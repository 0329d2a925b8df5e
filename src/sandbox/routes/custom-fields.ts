import type { CustomField } from '../generator/catalogue.ts';
import { notFound } from '../http/api-error.ts';
import { idSchema } from '../http/request-body.ts';
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
];

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
