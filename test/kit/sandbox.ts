import { request } from 'undici';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';

/** A contact of the sandbox's truth: all fields of the API's contact, without counting as a request. */
export interface TrueContact {
  readonly contact_id: string;
  readonly first_name?: string | null;
  readonly last_name?: string | null;
  readonly email_address?: { readonly address: string; readonly permission_to_send: string } | null;
  readonly list_memberships?: readonly string[] | null;
  readonly taggings?: readonly string[] | null;
  readonly updated_at?: string | null;
  readonly deleted_at?: string | null;
}

export interface SandboxStats {
  readonly requests: number;
  readonly byRoute: { readonly [route: string]: number };
  readonly throttled: number;
  readonly quotaExceeded: number;
  readonly maxInAnySecond: number;
  readonly resubscribed: readonly string[];
}

export interface TestSandbox {
  readonly url: string;
  readonly apiUrl: string;
  /** A call of the control API; throws on anything but 2xx. */
  control<T = unknown>(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<T>;
  stats(): Promise<SandboxStats>;
  /** Every contact that the sandbox knows, deleted ones included. */
  truth(): Promise<TrueContact[]>;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function openTestSandbox(
  options: { contacts?: number; lists?: number; seed?: number; rateLimit?: boolean } = {},
): Promise<TestSandbox> {
  const sandbox = await startSandbox({ contacts: 300, lists: 4, seed: 1, rateLimit: false, ...options });
  return controlSandbox(sandbox);
}

export function controlSandbox(sandbox: Pick<Sandbox, 'url' | 'close'>): TestSandbox {
  const control: TestSandbox['control'] = async (method, path, body) => {
    const response = await request(`${sandbox.url}/__sandbox${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.body.text();
    if (response.statusCode > 299) throw new Error(`sandbox ${method} ${path}: ${response.statusCode} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  return {
    url: sandbox.url,
    apiUrl: `${sandbox.url}/v3`,
    control,
    stats: () => control('GET', '/stats'),
    async truth() {
      const contacts: TrueContact[] = [];
      for (let after: string | null = null; ; ) {
        const query: string = after === null ? '' : `&after=${after}`;
        const page: { contacts: TrueContact[]; after: string | null } = await control(
          'GET',
          `/contacts?limit=500${query}`,
        );
        contacts.push(...page.contacts);
        if (page.after === null) return contacts;
        after = page.after;
      }
    },
    [Symbol.asyncDispose]: () => sandbox.close(),
  };
}
