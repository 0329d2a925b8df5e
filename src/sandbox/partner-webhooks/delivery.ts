import { z } from 'zod';
import { invalid } from '../http/api-error.ts';
import { parseControlBody } from '../http/request-body.ts';
import type { Route } from '../http/route.ts';
import { ENCODED_ACCOUNT_ID } from '../routes/account.ts';
import type { SandboxState } from '../sandbox-state.ts';
import { TOPICS } from './topics.ts';

export const SIGNATURE_HEADER = 'X-CTCT-WEBHOOK-SIG';
const ANSWER_WITHIN_MS = 10_000;

const sendSchema = z.strictObject({
  topic_id: z.int().min(1).max(4),
  hook_uri: z.url(),
  /** The account that the notification is about. */
  account_id: z.string().default(ENCODED_ACCOUNT_ID),
  /** Moves the signature's time, in seconds, to try stale and future notifications. */
  tsOffsetSeconds: z.int().default(0),
});

/** Control calls that send what Constant Contact would send. */
export const webhookControlRoutes: readonly Route<SandboxState>[] = [
  {
    method: 'POST',
    path: '/webhooks/send',
    async handle(request, sandbox) {
      const { topic_id, hook_uri, account_id, tsOffsetSeconds } = parseControlBody(sendSchema, request);
      if (!isLoopback(hook_uri)) throw invalid('hook_uri: only this machine is written to');
      const body = notification(topic_id, account_id);
      const ts = Math.floor(sandbox.now().getTime() / 1_000) + tsOffsetSeconds;
      const signature = await sandbox.signer.sign(body, ts);
      const status = await deliver({ hookUri: hook_uri, body, signature });
      return {
        status: 200,
        body: { delivered: status !== undefined && status < 300, status, signature, body: body.toString() },
      };
    },
  },
  {
    method: 'POST',
    path: '/webhooks/rotate-key',
    handle(_request, sandbox) {
      sandbox.signer.rotate();
      return { status: 204 };
    },
  },
];

export const keyRoutes: readonly Route<SandboxState>[] = [
  {
    method: 'GET',
    path: '/.well-known/jwks.json',
    handle: async (_request, { signer }) => ({ status: 200, body: await signer.jwks() }),
  },
];

export function notification(topicId: number, accountId: string): Buffer<ArrayBuffer> {
  const text = JSON.stringify({
    url: `https://api.cc.email/v3/partner/accounts/${accountId}/plan`,
    api_key: '00000000-0000-0000-0000-000000000000',
    event_type: TOPICS.get(topicId)?.event_type,
  });
  return Buffer.from(text, 'utf8');
}

export function isLoopback(uri: string): boolean {
  const { hostname } = new URL(uri);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}

/** @returns the receiver's status; undefined where nobody answered */
export async function deliver({
  hookUri,
  body,
  signature,
}: {
  hookUri: string;
  body: Buffer<ArrayBuffer>;
  signature: string;
}): Promise<number | undefined> {
  try {
    const response = await fetch(hookUri, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [SIGNATURE_HEADER]: signature },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    await response.body?.cancel();
    return response.status;
  } catch {
    // A receiver that is away is a result like any other; the caller sees it in the missing status.
    return undefined;
  }
}
