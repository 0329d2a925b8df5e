import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApiKeyCheck } from '../../src/auth/api-keys.ts';
import { parseConfig } from '../../src/config.ts';
import { CLI_FILE, runCommand, startCommand } from '../kit/command.ts';
import { openTestSandbox, type TestSandbox } from '../kit/sandbox.ts';
import { openTestStore, type TestStore } from '../kit/store.ts';
import { createWorkingDir, type GatewayProcess, startGateway } from '../start/gateway-process.ts';

describe('the command line', { timeout: 240_000 }, () => {
  let sandbox: TestSandbox;
  let store: TestStore;
  let settings: Record<string, string>;
  beforeAll(async () => {
    sandbox = await openTestSandbox({ contacts: 1_200 });
    store = await openTestStore();
    settings = {
      PORT: '0',
      MONGODB_URI: store.uri,
      CC_ACCESS_TOKEN: 'sandbox',
      CC_API_URL: sandbox.apiUrl,
      CC_REQUESTS_PER_SECOND: '1000',
      CC_REQUESTS_PER_DAY: '100000',
      SYNC_SCHEDULE: 'off',
      FULL_SYNC_SCHEDULE: 'off',
    };
  });
  afterAll(async () => {
    await sandbox[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
  });

  async function gatewayUrl(gateway: GatewayProcess): Promise<string> {
    return (await gateway.says(/GraphQL\s+(http:\S+)\/graphql/))[1] ?? '';
  }

  test('without a gateway opens the store itself: syncs with a line per step, and answers what is stored', async () => {
    const sync = await runCommand(['sync'], settings);
    expect(sync.stderr).toMatch(/CONTACTS \d+ % [\d,]+ of 1,200/);
    expect(sync.stdout).toMatch(/^CONTACTS SUCCEEDED: 1,200 fetched, 1,200 created; \d+ API requests\n$/);
    expect(sync.code).toBe(0);

    const contacts = await runCommand(['contacts', '--first', '2', '--json'], settings);
    const { nodes, pageInfo } = JSON.parse(contacts.stdout);
    expect(nodes).toHaveLength(2);
    expect(pageInfo.hasNextPage).toBe(true);
    expect(contacts.code).toBe(0);

    const gone = await runCommand(['contacts', '--status', 'unsubscribed', '--search', 'an', '--json'], settings);
    const statuses = new Set(JSON.parse(gone.stdout).nodes.map(({ status }: { status: string }) => status));
    expect([...statuses]).toEqual(['UNSUBSCRIBED']);
    const runs = await runCommand(['runs', '--kind', 'contacts', '--status', 'failed'], settings);
    expect(runs.stdout).toBe('There is no such run.\n');
  });

  test('checks everything, and says what to do', async () => {
    const good = await runCommand(['doctor', '--json'], settings);
    const findings: { check: string; state: string }[] = JSON.parse(good.stdout);
    expect(findings.filter(({ state }) => state !== 'ok')).toEqual([]);
    expect(findings.map(({ check }) => check)).toEqual(
      expect.arrayContaining([
        'configuration',
        'store',
        'indexes',
        'schema version',
        'clock',
        'token',
        'budget',
        'ready',
      ]),
    );
    expect(good.code).toBe(0);
    const expired = await runCommand(['doctor'], { ...settings, CC_ACCESS_TOKEN: 'expired' });
    expect(expired.stdout).toMatch(/bad +token .*Set a fresh one as CC_ACCESS_TOKEN/);
    expect(expired.code).toBe(1);
    const bad = await runCommand(['doctor'], { ...settings, PORT: 'many', TOKEN_KEY: 'canary' });
    expect(bad.stdout).toMatch(/bad\s+configuration[\s\S]*PORT:[\s\S]*TOKEN_KEY:/);
    expect(bad.stdout).not.toContain('canary');
    expect(bad.code).toBe(1);
  });

  test('talks to a gateway that runs; refuses a second run with 3, and cancels by Ctrl-C', async () => {
    await using dir = await createWorkingDir();
    await using gateway = startGateway({ cwd: dir.path, settings });
    const at = ['--url', await gatewayUrl(gateway)];
    await runCommand(['sync', ...at], settings);
    const status = await runCommand(['status', ...at], settings);
    expect(status.stdout).toMatch(/Connection\s+CONNECTED/);
    expect(status.stdout).toMatch(/Last success.*CONTACTS SUCCEEDED/);

    await sandbox.control('POST', '/faults', { route: 'GET /v3/contacts', delayMs: 60_000 });
    const sync = startCommand(['sync', '--full', ...at], settings);
    await sync.notes(/CONTACTS/);
    const second = await runCommand(['sync', ...at], settings);
    expect(second.code).toBe(3);
    expect(second.stderr).toMatch(/active already.*\(SYNC_ALREADY_RUNNING\)\n$/);
    sync.child.kill('SIGINT');
    const { code, stdout } = await sync.ended;
    expect(stdout).toMatch(/^CONTACTS CANCELLED/);
    expect(code).toBe(130);
    await sandbox.control('DELETE', '/faults');

    await runCommand(['pause', '--reason', 'a campaign', ...at], settings);
    expect((await runCommand(['status', ...at], settings)).stdout).toMatch(/Schedule\s+paused by .*until resumed/);
    expect((await runCommand(['resume', ...at], settings)).code).toBe(0);

    const runs = await runCommand(['runs', '--json', ...at], settings);
    const { nodes } = JSON.parse(runs.stdout);
    const [newest, ...older] = nodes.map(({ status: was }: { status: string }) => was);
    expect(newest).toBe('CANCELLED');
    expect(new Set(older)).toEqual(new Set(['SUCCEEDED']));
  });

  test('makes a key that the gateway takes, with its scopes, and shows both parts of it', async () => {
    const made = await runCommand(['keys', 'create', 'shop', '--scope', 'contacts:read,sync:read', '--json'], {});
    const { key, setting, scopes } = JSON.parse(made.stdout);
    expect(scopes).toEqual(['contacts:read', 'sync:read']);
    expect(setting).not.toContain(key);
    const { apiKeys } = parseConfig({ API_KEYS: setting }).auth;
    expect(createApiKeyCheck(apiKeys)(key)).toMatchObject({ name: 'shop', scopes: new Set(scopes) });

    const shown = await runCommand(['keys', 'create', 'ops', '--scope', 'sync:read', '--scope', 'sync:write'], {});
    expect(shown.stdout).toMatch(/^Key +csg_[\w-]{43}\nAPI_KEYS entry +ops:sync:read\+sync:write:[0-9a-f]{64}\n/);
    expect(shown.stdout).toContain('this once');
    expect(shown.code).toBe(0);
    const wrong = await runCommand(['keys', 'create', 'ops', '--scope', 'contacts:reed'], {});
    expect(wrong.stderr).toContain('contacts:read, contacts:write, sync:read, sync:write, admin');
    expect(wrong.code).toBe(2);
  });

  test.each([
    [['keys', 'create', 'ops']],
    [['keys', 'create', 'a:b', '--scope', 'admin']],
    [['nonsense']],
    [['sync', '--kind', 'everything']],
    [['contacts', '--first', '0']],
    [['status', '--url', 'somewhere']],
    [['status', '--url', 'ftp://127.0.0.1']],
    [['sync', '--dry-run']],
  ])('%j is bad usage: 2', async (args) => {
    expect((await runCommand(args, settings)).code).toBe(2);
  });

  test('a gateway that is not there is a failure that says so: 1; one that asks for a key refuses: 3', async () => {
    const { code, stderr } = await runCommand(['status', '--url', 'http://127.0.0.1:9'], settings);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^No gateway answers at http:\/\/127.0.0.1:9.*Look whether it runs, and at --url/);
    const doctor = await runCommand(['doctor', '--url', 'http://127.0.0.1:9'], { ...settings, MONGODB_URI: '' });
    expect(doctor.stdout).toMatch(/bad +gateway +No gateway answers at http:\/\/127.0.0.1:9.*--url/);
    const other = await runCommand(['status', '--url', sandbox.apiUrl], settings);
    expect(other.stderr).toMatch(/answered 404, as no gateway does.*--url/);

    await using dir = await createWorkingDir();
    const sha256 = createHash('sha256').update('the-key').digest('hex');
    const API_KEYS = `ops:sync:read+contacts:read:${sha256}`;
    await using gateway = startGateway({ cwd: dir.path, settings: { ...settings, API_KEYS } });
    const at = ['--url', await gatewayUrl(gateway)];
    const refused = await runCommand(['status', ...at], settings);
    expect(refused.stderr).toContain('CSG_API_KEY');
    expect(refused.code).toBe(3);
    const lacking = await runCommand(['pause', ...at], { ...settings, CSG_API_KEY: 'the-key' });
    expect(lacking.stderr).toMatch(
      /needs the scope sync:write. Set CSG_API_KEY to a key with that scope.*\(FORBIDDEN\)\n$/,
    );
    expect(lacking.code).toBe(3);
    expect((await runCommand(['status', ...at], { ...settings, CSG_API_KEY: 'the-key' })).code).toBe(0);
    expect(
      (await runCommand(['contacts', '--status', 'nice', ...at], { ...settings, CSG_API_KEY: 'the-key' })).code,
    ).toBe(2);
  });

  test('Ctrl-C ends a question that nobody answers', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const asked = once(silent, 'request');
    const { port } = silent.address() as AddressInfo;
    const status = startCommand(['status', '--url', `http://127.0.0.1:${port}`], {});
    await asked;
    status.child.kill('SIGINT');
    expect(await status.ended).toEqual({ code: 130, stdout: '', stderr: 'Interrupted.\n' });
    silent.closeAllConnections();
    silent.close();
  });

  test('the gateway of this machine is found where it takes its time to answer, too', async () => {
    const slow = createServer((request, response) => {
      if (request.url !== '/health/live') return void response.writeHead(404).end();
      setTimeout(() => response.end('{"live":true}'), 1_500);
    }).listen(0, '127.0.0.1');
    await once(slow, 'listening');
    const { port } = slow.address() as AddressInfo;
    const { stderr } = await runCommand(['status'], { ...settings, PORT: String(port) });
    expect(stderr).toContain(`http://127.0.0.1:${port} answered 404`);
    slow.close();
  });

  test('bash completes commands and values by the script, and files where no word fits', async () => {
    const { stdout: script } = await runCommand(['completion', 'bash'], {});
    const completed = async (...words: string[]) => {
      const asked = `${script}
        csg() { '${process.execPath}' '${CLI_FILE}' "$@"; }
        COMP_WORDS=(csg "$@") COMP_CWORD=$#; _csg; echo "\${COMPREPLY[*]}"; complete -p csg`;
      const { stdout } = await promisify(execFile)('bash', ['--norc', '-c', asked, 'bash', ...words]);
      return stdout.split('\n');
    };
    expect(await completed('sy')).toEqual(['sync', expect.stringContaining('-o default'), '']);
    expect((await completed('sync', '--kind', ''))[0]).toBe('contacts unsubscribes lists push full-cycle');
    expect((await completed('import', 'peo'))[0]).toBe('');
  });
});
