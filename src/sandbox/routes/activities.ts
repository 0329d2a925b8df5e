import { importRoutes } from '../activities/contact-import.ts';
import { exportRoutes } from '../activities/exports.ts';
import { membershipRoutes } from '../activities/memberships.ts';
import { removalRoutes } from '../activities/removals.ts';
import { notFound } from '../http/api-error.ts';
import type { ApiRequest, ApiResponse, Route } from '../http/route.ts';
import { pageOfItems, parseChoices, parsePage } from '../page.ts';
import type { World } from '../world.ts';

export const activityRoutes: readonly Route[] = [
  { method: 'GET', path: '/activities', scope: 'contact_data', handle: getActivities },
  { method: 'GET', path: '/activities/{activity_id}', scope: 'contact_data', handle: getActivity },
  ...importRoutes,
  ...membershipRoutes,
  ...removalRoutes,
  ...exportRoutes,
];

/** Cannot be filtered by `initialized`. */
function getActivities(request: ApiRequest, world: World): ApiResponse {
  const pageRequest = parsePage(request, { max: 500, byDefault: 50 });
  const states = ['processing', 'completed', 'cancelled', 'failed', 'timed_out'] as const;
  const state = parseChoices(pageRequest.query, 'state', states)?.[0];
  const { items, links } = pageOfItems('/activities', pageRequest, world.activities.list(state));
  return { status: 200, body: { activities: items, ...links } };
}

function getActivity(request: ApiRequest, world: World): ApiResponse {
  const view = world.activities.view(request.params['activity_id'] ?? '');
  if (view === undefined) throw notFound();
  return { status: 200, body: view };
}
