import { DomainError } from '../domain-error.ts';
import { openTokenEndpoint, type TokenEndpoint } from './token-endpoint.ts';

/** A technology partner of Constant Contact, as it proves itself. */
export interface PartnerCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly apiKey: string;
  /** `https://authz.constantcontact.com/partners/oauth2/default/v1` */
  readonly authUrl: string;
  /** What a token is asked for with: its fields are documented to partners alone (API-FACTS section 11). */
  readonly tokenForm: Readonly<Record<string, string>>;
}

/** Where partners get their tokens; a token lasts an hour and cannot be refreshed (API-FACTS section 9). */
export function openPartnerTokenEndpoint({ clientId, clientSecret, authUrl }: PartnerCredentials): TokenEndpoint {
  return openTokenEndpoint({
    authUrl,
    application: { clientId, clientSecret },
    refused: ({ status, error }) =>
      new DomainError(
        'PRIMARY_REFUSED',
        `The authorization server refused the partner (${status}, ${error}): check CC_PARTNER_CLIENT_ID, CC_PARTNER_CLIENT_SECRET and CC_PARTNER_TOKEN_FORM.`,
      ),
  });
}

/** Partner calls carry their token without a scheme, and the key beside it (API-FACTS section 9). */
export function partnerHeaders(apiKey: string): (token: string) => Readonly<Record<string, string>> {
  return (token) => ({ authorization: token, 'x-api-key': apiKey });
}
