import { z } from 'zod';
import { contactControlRoutes } from './contact-control.ts';
import { faultSchema } from './faults.ts';
import { parseControlBody } from './http/request-body.ts';
import type { Route } from './http/route.ts';
import { oauthControlRoutes } from './oauth/oauth-control.ts';
import { webhookControlRoutes } from './partner-webhooks/delivery.ts';
import { DEFAULT_QUIRKS, quirksSchema } from './quirks.ts';
import type { SandboxState } from './sandbox-state.ts';

const resetSchema = z.strictObject({
  contacts: z.int().min(0).max(5_000_000).optional(),
  lists: z.int().min(0).max(1_000).optional(),
  seed: z.int().min(0).max(0xffff_ffff).optional(),
  rateLimit: z.boolean().optional(),
});

/** The control API, paths without `/__sandbox`: what a test does to the account behind the API's back. Never counted or limited. */
export const controlRoutes: readonly Route<SandboxState>[] = [
  {
    method: 'POST',
    path: '/reset',
    handle(request, sandbox) {
      const given = parseControlBody(resetSchema, request);
      const { settings } = sandbox.world;
      sandbox.reset({
        contacts: given.contacts ?? settings.contacts,
        lists: given.lists ?? settings.lists,
        seed: given.seed ?? settings.seed,
        rateLimit: given.rateLimit ?? settings.rateLimit,
      });
      return { status: 200, body: sandbox.world.settings };
    },
  },
  { method: 'GET', path: '/stats', handle: (_request, { world }) => ({ status: 200, body: world.stats }) },
  {
    method: 'POST',
    path: '/faults',
    handle(request, { world }) {
      world.faults.add(parseControlBody(faultSchema, request));
      return { status: 201, body: { faults: world.faults.list() } };
    },
  },
  {
    method: 'GET',
    path: '/faults',
    handle: (_request, { world }) => ({ status: 200, body: { faults: world.faults.list() } }),
  },
  {
    method: 'DELETE',
    path: '/faults',
    handle(_request, { world }) {
      world.faults.clear();
      return { status: 204 };
    },
  },
  {
    method: 'POST',
    path: '/quirks',
    handle(request, sandbox) {
      Object.assign(sandbox.quirks, definedOnly(parseControlBody(quirksSchema.partial(), request)));
      return { status: 200, body: sandbox.quirks };
    },
  },
  { method: 'GET', path: '/quirks', handle: (_request, { quirks }) => ({ status: 200, body: quirks }) },
  {
    method: 'DELETE',
    path: '/quirks',
    handle(_request, { quirks }) {
      Object.assign(quirks, DEFAULT_QUIRKS);
      return { status: 200, body: quirks };
    },
  },
  {
    method: 'POST',
    path: '/usage',
    handle(request, { world }) {
      world.limit.usedToday = parseControlBody(z.strictObject({ usedToday: z.int().min(0) }), request).usedToday;
      return { status: 200, body: { usedToday: world.limit.usedToday } };
    },
  },
  {
    method: 'GET',
    path: '/usage',
    handle: (_request, { world }) => ({ status: 200, body: { usedToday: world.limit.usedToday } }),
  },
  ...contactControlRoutes,
  ...webhookControlRoutes,
  ...oauthControlRoutes,
];

function definedOnly(given: object): object {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
