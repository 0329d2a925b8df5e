import { isUtf8 } from 'node:buffer';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { DomainError } from '../domain-error.ts';

/** As Standard Webhooks names them. */
const HEADERS = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const;
const ID = /^[\x21-\x7e]{1,256}$/;

/**
 * Checks a hint by the Standard Webhooks specification: HMAC-SHA256 over id, time and body, within five minutes.
 * @param secrets any of them may have signed: that is how they are changed
 * @returns the webhook's id: the same hint sent again has the same
 * @throws DomainError UNAUTHENTICATED
 */
export function verifyChanges({
  headers,
  body,
  secrets,
}: {
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Buffer;
  secrets: readonly Buffer[];
}): string {
  const given: Record<string, string> = {};
  for (const name of HEADERS) {
    const value = headers[name];
    if (typeof value !== 'string') throw refusal('has not the headers of Standard Webhooks');
    given[name] = value;
  }
  const id = given['webhook-id'] ?? '';
  // The signature is over text: bytes that are none would all become the same one.
  if (!ID.test(id) || !isUtf8(body)) throw refusal('has no usable id or no text');
  for (const secret of secrets) {
    try {
      new Webhook(secret, { format: 'raw' }).verify(body, given, { jsonParse: false });
      return id;
    } catch (error) {
      if (!(error instanceof WebhookVerificationError)) throw error;
    }
  }
  throw refusal('is not signed with one of our secrets, or not within five minutes');
}

const refusal = (reason: string) => new DomainError('UNAUTHENTICATED', `The webhook ${reason}.`);
