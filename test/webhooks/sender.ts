import { randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';

export interface Hint {
  readonly type: string;
  readonly data?: object;
}

/** Signs and sends hints as a system that follows Standard Webhooks does. */
export function hintSender({ url, secret }: { url: () => string; secret: string }) {
  return async (
    hint: Hint | string,
    {
      id = randomUUID(),
      at = new Date(),
      headers = {},
    }: { id?: string; at?: Date; headers?: Record<string, string> } = {},
  ) => {
    const body = typeof hint === 'string' ? hint : JSON.stringify({ timestamp: at.toISOString(), ...hint });
    const response = await fetch(`${url()}/webhooks/changes`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
        'webhook-signature': new Webhook(secret).sign(id, at, body),
        ...headers,
      },
      body,
    });
    return { status: response.status, body: await response.json() };
  };
}
