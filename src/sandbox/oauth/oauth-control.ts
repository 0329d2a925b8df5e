import { z } from 'zod';
import { parseControlBody } from '../http/request-body.ts';
import type { Route } from '../http/route.ts';
import type { SandboxState } from '../sandbox-state.ts';

const clientsSchema = z.array(z.strictObject({ id: z.string().min(1), secret: z.string().min(1).optional() }));
const revokeSchema = z.strictObject({ access: z.boolean().default(false), refresh: z.boolean().default(false) });

/** Control calls of the authorization server. */
export const oauthControlRoutes: readonly Route<SandboxState>[] = [
  {
    /** Takes issued tokens back, as an owner or a changed secret does. */
    method: 'POST',
    path: '/oauth/revoke',
    handle(request, { tokens }) {
      tokens.revoke(parseControlBody(revokeSchema, request));
      return { status: 204 };
    },
  },
  {
    /** The clients that may ask; with an empty list any may. */
    method: 'POST',
    path: '/oauth/clients',
    handle(request, { tokens }) {
      const clients = parseControlBody(clientsSchema, request);
      tokens.clients.clear();
      for (const { id, secret } of clients) tokens.clients.set(id, secret === undefined ? { id } : { id, secret });
      return { status: 200, body: { clients: clients.map(({ id }) => id) } };
    },
  },
];
