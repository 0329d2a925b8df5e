import type { Route } from '../http/route.ts';
import { parseChoices } from '../page.ts';

/** The account's public id; partner calls and webhooks name it. */
export const ENCODED_ACCOUNT_ID = 'a07e1sandbox';

const ACCOUNT = {
  contact_email: 'owner@example.com',
  contact_phone: '5550100',
  country_code: 'US',
  encoded_account_id: ENCODED_ACCOUNT_ID,
  first_name: 'Robin',
  last_name: 'Example',
  organization_name: 'Sandbox Garden Supply',
  organization_phone: '5550101',
  state_code: 'MA',
  time_zone_id: 'US/Eastern',
  website: 'www.example.com',
};

const EXTRA_FIELDS = {
  physical_address: {
    address_line1: '1 Main Street',
    city: 'Boston',
    state_code: 'MA',
    state_name: 'Massachusetts',
    postal_code: '02110',
    country_code: 'US',
  },
  company_logo: { url: 'https://www.example.com/logo.png', external_url: 'https://www.example.com/logo.png' },
};

const PRIVILEGES = ['contacts:read', 'contacts:write', 'contacts:lists:read', 'contacts:lists:write', 'account:read'];

export const accountRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/account/summary',
    scope: 'account_read',
    handle({ query }) {
      const extra = parseChoices(query, 'extra_fields', ['physical_address', 'company_logo']) ?? [];
      return {
        status: 200,
        body: { ...ACCOUNT, ...Object.fromEntries(extra.map((name) => [name, EXTRA_FIELDS[name]])) },
      };
    },
  },
  {
    method: 'GET',
    path: '/account/user/privileges',
    handle: () => ({
      status: 200,
      body: PRIVILEGES.map((privilege_name, position) => ({ privilege_id: position + 1, privilege_name })),
    }),
  },
];
