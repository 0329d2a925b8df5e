import { z } from 'zod';
import { DomainError } from '../domain-error.ts';
import { CHANGE_TYPES } from '../model/webhook.ts';

const MOST_NAMED = 500;

/** A hint: something changed over there. It carries no data, only names: what counts is read from Constant Contact. */
const changeHint = z.object({
  type: z.enum(CHANGE_TYPES),
  data: z
    .object({
      contactIds: z
        .array(z.string().regex(/^[\w-]{1,64}$/))
        .max(MOST_NAMED)
        .default([]),
      emails: z
        .array(
          z
            .string()
            .max(254)
            .regex(/^[^\s@]+@[^\s@]+$/),
        )
        .max(MOST_NAMED)
        .default([]),
    })
    .default({ contactIds: [], emails: [] }),
});
export type ChangeHint = z.infer<typeof changeHint>;

/** A partner notification points at an account and says what happened to it (API-FACTS section 9). */
const partnerNotification = z.object({
  url: z.string().max(2_000),
  event_type: z.string().regex(/^[\w.-]{1,100}$/),
});

export interface PartnerNotification {
  readonly eventType: string;
  /** From the path of the url, which itself is never opened; null where it names none. */
  readonly encodedAccountId: string | null;
}

const ACCOUNT_IN_PATH = /\/partner\/accounts\/([\w-]{1,64})(\/|$)/;

/** @throws DomainError INVALID_INPUT */
export function parseChangeHint(body: Buffer): ChangeHint {
  const { type, data } = parse(changeHint, body);
  const isNamed = data.contactIds.length + data.emails.length > 0;
  if (type.startsWith('contact.') && !isNamed) {
    throw new DomainError('INVALID_INPUT', `${type} names no contact: give data.contactIds or data.emails.`);
  }
  return { type, data };
}

/** @throws DomainError INVALID_INPUT */
export function parsePartnerNotification(body: Buffer): PartnerNotification {
  const { url, event_type } = parse(partnerNotification, body);
  const path = URL.canParse(url) ? new URL(url).pathname : '';
  return { eventType: event_type, encodedAccountId: ACCOUNT_IN_PATH.exec(path)?.[1] ?? null };
}

function parse<T>(schema: z.ZodType<T>, body: Buffer): T {
  const { success, data, error } = schema.safeParse(parseJson(body));
  if (success) return data;
  const problems = error.issues.slice(0, 3).map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
  throw new DomainError('INVALID_INPUT', problems.join('; '));
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
