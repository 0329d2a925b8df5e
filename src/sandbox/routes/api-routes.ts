import type { Route } from '../http/route.ts';
import { accountRoutes } from './account.ts';
import { activityRoutes } from './activities.ts';
import { contactReadRoutes } from './contact-reads.ts';
import { contactWriteRoutes } from './contact-writes.ts';
import { customFieldRoutes } from './custom-fields.ts';
import { listRoutes } from './lists.ts';
import { partnerRoutes } from './partner.ts';
import { tagRoutes } from './tags.ts';

/** Everything under `/v3`. */
export const apiRoutes: readonly Route[] = [
  ...contactReadRoutes,
  ...contactWriteRoutes,
  ...listRoutes,
  ...tagRoutes,
  ...customFieldRoutes,
  ...activityRoutes,
  ...accountRoutes,
  ...partnerRoutes,
];
