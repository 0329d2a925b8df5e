import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../src/config.ts';
import { isDomainError } from '../../src/domain-error.ts';
import { createWorkingDir, startGateway } from './gateway-process.ts';

const KEY = Buffer.alloc(32, 7).toString('base64');
const SHA256 = 'ab'.repeat(32);

const partner = {
  CC_ACCESS_TOKEN: 'abc',
  CC_PARTNER_CLIENT_ID: 'partner',
  CC_PARTNER_CLIENT_SECRET: 'secret',
  CC_PARTNER_API_KEY: 'key',
};

function problemsOf(settings: Record<string, string>): string[] {
  try {
    parseConfig(settings);
    return [];
  } catch (error) {
    if (!isDomainError(error, 'CONFIG_INVALID')) throw error;
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
  }
}

describe('settings', () => {
  test('without any it is the demo on this machine, with the documented defaults', () => {
    expect(parseConfig({ PATH: '/usr/bin', PORT: '' })).toMatchObject({
      server: { host: '127.0.0.1', port: 4000 },
      store: { uri: null, dataDir: './data' },
      primary: { kind: 'sandbox' },
      budget: { requestsPerSecond: 4, requestsPerDay: 10_000 },
      schedule: { incremental: '*/15 * * * *', full: '0 3 * * *', timezone: 'UTC' },
      log: { level: 'info', format: null },
    });
  });

  test('an application or a token makes it the real thing', () => {
    expect(parseConfig({ CC_ACCESS_TOKEN: 'abc' }).primary).toMatchObject({
      kind: 'account',
      apiUrl: 'https://api.cc.email/v3',
      accessToken: 'abc',
      oauth: null,
    });
    expect(parseConfig({ CC_CLIENT_ID: 'app', TOKEN_KEY: `${KEY},${KEY}` })).toMatchObject({
      primary: { kind: 'account', accessToken: null, oauth: { clientId: 'app', clientSecret: null } },
      tokenKeys: [Buffer.alloc(32, 7), Buffer.alloc(32, 7)],
    });
  });

  test('a partner is three settings, and the form of its token request may be another one', () => {
    expect(parseConfig({}).partner).toBeNull();
    const credentials = { clientId: 'partner', clientSecret: 'secret', apiKey: 'key' };
    expect(parseConfig(partner).partner).toEqual({
      ...credentials,
      authUrl: 'https://authz.constantcontact.com/partners/oauth2/default/v1',
      tokenForm: { grant_type: 'client_credentials' },
    });
    const form = 'grant_type=client_credentials&scope=v3api%2Fgeneral.partner';
    expect(parseConfig({ ...partner, CC_PARTNER_TOKEN_FORM: form }).partner?.tokenForm).toEqual({
      grant_type: 'client_credentials',
      scope: 'v3api/general.partner',
    });
  });

  test("a field that both sides changed is the primary's, but for the fields that are said to be ours", () => {
    const id = '6f0b1c8e-0c1e-4d0e-9a53-0d2a9b7c1e11';
    expect(parseConfig({}).fieldPolicy).toEqual({ default: 'PRIMARY_WINS' });
    expect(
      parseConfig({ FIELD_POLICY: `default:LOCAL_WINS, email:PRIMARY_WINS,customField:${id}:PRIMARY_WINS` }),
    ).toMatchObject({
      fieldPolicy: { default: 'LOCAL_WINS', email: 'PRIMARY_WINS', [`customField:${id}`]: 'PRIMARY_WINS' },
    });
  });

  test('keys and secrets are decoded', () => {
    const config = parseConfig({
      HOST: '0.0.0.0',
      CORS_ORIGINS: 'https://app.example.com, http://localhost:5173',
      OVERLOAD_LAG_MS: 'off',
      API_KEYS: `shop:contacts:read+sync:read:${SHA256}, ops:admin:${SHA256}`,
      WEBHOOK_SECRETS: `whsec_${KEY}`,
      SYNC_SCHEDULE: 'off',
    });
    expect(config.auth.apiKeys).toEqual([
      { name: 'shop', scopes: ['contacts:read', 'sync:read'], sha256: Buffer.from(SHA256, 'hex') },
      { name: 'ops', scopes: ['admin'], sha256: Buffer.from(SHA256, 'hex') },
    ]);
    expect(config.server).toMatchObject({
      corsOrigins: ['https://app.example.com', 'http://localhost:5173'],
      overloadLagMs: null,
    });
    expect(config.webhooks.secrets).toEqual([Buffer.alloc(32, 7)]);
    expect(config.schedule.incremental).toBeNull();
  });

  test.each([
    [{ PORT: '70000' }, 'PORT'],
    [{ PORT: '4e3' }, 'PORT'],
    [{ HOST: '0.0.0.0' }, 'HOST'],
    [{ HOST: 'gateway.example' }, 'HOST'],
    [{ CORS_ORIGINS: '*' }, 'CORS_ORIGINS'],
    [{ CORS_ORIGINS: 'https://app.example.com/' }, 'CORS_ORIGINS'],
    [{ CORS_ORIGINS: 'http://app.example.com' }, 'CORS_ORIGINS'],
    [{ CORS_ORIGINS: 'null' }, 'CORS_ORIGINS'],
    [{ OVERLOAD_LAG_MS: '5' }, 'OVERLOAD_LAG_MS'],
    [{ MONGODB_URI: 'localhost:27017' }, 'MONGODB_URI'],
    [{ CC_API_URL: 'api.cc.email' }, 'CC_API_URL'],
    [{ CC_API_URL: 'http://api.cc.email/v3' }, 'CC_API_URL'],
    [{ CC_ACCESS_TOKEN: 'a\nb' }, 'CC_ACCESS_TOKEN'],
    [{ CC_CLIENT_ID: 'app' }, 'TOKEN_KEY'],
    [{ CC_CLIENT_SECRET: 'x' }, 'CC_CLIENT_ID'],
    [{ ...partner, CC_PARTNER_API_KEY: '' }, 'CC_PARTNER_API_KEY'],
    [{ ...partner, CC_PARTNER_CLIENT_ID: '' }, 'CC_PARTNER_CLIENT_ID'],
    [{ ...partner, CC_PARTNER_CLIENT_SECRET: '' }, 'CC_PARTNER_CLIENT_SECRET'],
    [{ ...partner, CC_PARTNER_API_KEY: 'two words' }, 'CC_PARTNER_API_KEY'],
    [{ ...partner, CC_PARTNER_TOKEN_FORM: 'client_credentials' }, 'CC_PARTNER_TOKEN_FORM'],
    [{ ...partner, CC_PARTNER_AUTH_URL: 'http://authz.example.com' }, 'CC_PARTNER_AUTH_URL'],
    [{ ...partner, CC_ACCESS_TOKEN: '' }, 'CC_CLIENT_ID'],
    [{ TOKEN_KEY: 'c2hvcnQ=' }, 'TOKEN_KEY'],
    [{ CC_REQUESTS_PER_SECOND: '0' }, 'CC_REQUESTS_PER_SECOND'],
    [{ API_KEYS: `shop:everything:${SHA256}` }, 'API_KEYS'],
    [{ API_KEYS: 'shop:admin:key-in-clear' }, 'API_KEYS'],
    [{ API_KEYS: `a:admin:${SHA256},a:admin:${SHA256}` }, 'API_KEYS'],
    [{ JWT_JWKS_URL: 'https://id.example/jwks', JWT_ISSUER: 'https://id.example' }, 'JWT_AUDIENCE'],
    [{ JWT_AUDIENCE: 'gateway' }, 'JWT_JWKS_URL'],
    [{ SYNC_SCHEDULE: 'every day' }, 'SYNC_SCHEDULE'],
    [{ FULL_SYNC_SCHEDULE: '61 * * * *' }, 'FULL_SYNC_SCHEDULE'],
    [{ SYNC_TIMEZONE: 'Mars/Olympus' }, 'SYNC_TIMEZONE'],
    [{ WEBHOOK_SECRETS: 'whsec_dG9vIHNob3J0' }, 'WEBHOOK_SECRETS'],
    [{ FIELD_POLICY: 'consent:LOCAL_WINS' }, 'FIELD_POLICY'],
    [{ FIELD_POLICY: 'firstName:MINE' }, 'FIELD_POLICY'],
    [{ FIELD_POLICY: 'firstName:LOCAL_WINS,firstName:PRIMARY_WINS' }, 'FIELD_POLICY'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL'],
    [{ LOG_FORMAT: 'xml' }, 'LOG_FORMAT'],
  ])('%j is refused, by the name %s', (settings, name) => {
    const problems = problemsOf(settings);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${name}: `));
  });
});

describe('a start with an application', { timeout: 90_000 }, () => {
  test('says that its account is not connected, and where to do it, and that it serves this machine alone', async () => {
    await using dir = await createWorkingDir();
    await using gateway = startGateway({ cwd: dir.path, settings: { CC_CLIENT_ID: 'app', TOKEN_KEY: KEY } });
    const [, url] = await gateway.says(/GraphQL\s+(http:\S+)\/graphql/);
    await gateway.says(/only this machine is served/);
    await gateway.says(new RegExp(`Account\\s+not connected: open ${url}/oauth/connect`));
  });
});

describe('a start that cannot succeed', { timeout: 90_000 }, () => {
  test('tells all wrong settings at once, repeats no value, and exits with 2', async () => {
    await using dir = await createWorkingDir();
    const gateway = startGateway({
      cwd: dir.path,
      settings: {
        PORT: 'canary-1',
        MONGODB_URI: 'canary-2://root:canary-3@db',
        CC_CLIENT_SECRET: 'canary-4',
        TOKEN_KEY: 'canary-5',
        API_KEYS: 'canary-6',
      },
    });
    expect((await gateway.ended()).code).toBe(2);
    for (const name of ['PORT', 'MONGODB_URI', 'CC_CLIENT_ID', 'TOKEN_KEY', 'API_KEYS']) {
      expect(gateway.output()).toContain(`  ${name}: `);
    }
    expect(gateway.output()).not.toContain('canary');
  });

  test('rather does not serve than serve other machines without asking who they are', async () => {
    await using dir = await createWorkingDir();
    const gateway = startGateway({ cwd: dir.path, settings: { HOST: '0.0.0.0' } });
    expect((await gateway.ended()).code).toBe(2);
    expect(gateway.output()).toContain('API_KEYS');
  });

  test('says that the port is taken, stops what it had started, and exits with 2', async () => {
    await using dir = await createWorkingDir();
    const blocker = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => blocker.once('listening', resolve));
    const { port } = blocker.address() as AddressInfo;
    const gateway = startGateway({ cwd: dir.path, settings: { PORT: String(port) } });
    expect((await gateway.ended()).code).toBe(2);
    expect(gateway.output()).toContain(`PORT ${port}`);
    blocker.close();
    await using next = startGateway({ cwd: dir.path });
    await next.says(/GraphQL\s+http/);
  });

  test('names MONGODB_URI when no server answers there, without its password, and exits with 1', async () => {
    await using dir = await createWorkingDir();
    const uri = 'mongodb://root:canary@127.0.0.1:9/contacts?serverSelectionTimeoutMS=300';
    const gateway = startGateway({ cwd: dir.path, settings: { MONGODB_URI: uri } });
    expect((await gateway.ended()).code).toBe(1);
    expect(gateway.output()).toContain('MONGODB_URI');
    expect(gateway.output()).not.toContain('canary');
  });

  test('an interrupt while it starts ends it with 130 and leaves no process', async () => {
    await using dir = await createWorkingDir();
    const gateway = startGateway({ cwd: dir.path, settings: { LOG_LEVEL: 'debug' } });
    await gateway.says(/engine is running/);
    gateway.child.kill('SIGINT');
    const { code, afterMs } = await gateway.ended();
    expect([0, 130]).toContain(code);
    expect(afterMs).toBeLessThan(5_000);
  });
});
