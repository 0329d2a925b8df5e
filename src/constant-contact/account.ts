import { z } from 'zod';
import type { ApiClient, CallContext } from './api-client.ts';
import { optionalText, textOrNull } from './decoding.ts';

/** Whose account it is. */
export interface AccountSummary {
  readonly encodedAccountId: string;
  readonly organizationName: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly contactEmail: string | null;
  readonly countryCode: string | null;
  /** IANA name. */
  readonly timeZone: string | null;
}

const accountSummary = z.object({
  encoded_account_id: z.string().min(1),
  organization_name: optionalText,
  first_name: optionalText,
  last_name: optionalText,
  contact_email: optionalText,
  country_code: optionalText,
  time_zone_id: optionalText,
});

/** Needs the scope `account_read`. */
export async function getAccountSummary(client: ApiClient, context: CallContext): Promise<AccountSummary> {
  const request = {
    method: 'GET',
    pathTemplate: '/account/summary',
    decode: (answer: unknown) => accountSummary.parse(answer),
  } as const;
  const { body } = await client.send(request, context);
  return {
    encodedAccountId: body.encoded_account_id,
    organizationName: textOrNull(body.organization_name),
    firstName: textOrNull(body.first_name),
    lastName: textOrNull(body.last_name),
    contactEmail: textOrNull(body.contact_email),
    countryCode: textOrNull(body.country_code),
    timeZone: textOrNull(body.time_zone_id),
  };
}

const privileges = z.array(z.object({ privilege_name: z.string() }));

/** Names of what the user may do, such as `contacts:read`. Lacking one is a 403, whatever the scopes say. */
export async function getUserPrivileges(client: ApiClient, context: CallContext): Promise<string[]> {
  const request = {
    method: 'GET',
    pathTemplate: '/account/user/privileges',
    decode: (answer: unknown) => privileges.parse(answer).map((privilege) => privilege.privilege_name),
  } as const;
  return (await client.send(request, context)).body;
}
