import type { Route } from '../http/route.ts';
import { contactReadRoutes } from './contact-reads.ts';
import { customFieldRoutes } from './custom-fields.ts';
import { listRoutes } from './lists.ts';
import { tagRoutes } from './tags.ts';

/** Everything under `/v3`. */
export const apiRoutes: readonly Route[] = [...contactReadRoutes, ...listRoutes, ...tagRoutes, ...customFieldRoutes];
