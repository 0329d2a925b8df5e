import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCommand, startCommand } from '../kit/command.ts';
import { openTestGateway, type TestGateway } from '../kit/gateway.ts';
import { openTestSandbox, type TestSandbox } from '../kit/sandbox.ts';
import { openTestStore, type TestStore } from '../kit/store.ts';

describe('csg import and csg export', { timeout: 240_000 }, () => {
  let sandbox: TestSandbox;
  let store: TestStore;
  let gateway: TestGateway;
  let folder: string;
  let at: string[];
  let list: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'csg-import-'));
    sandbox = await openTestSandbox({ contacts: 40 });
    store = await openTestStore();
    const settings = { CC_ACCESS_TOKEN: 'sandbox', CC_API_URL: sandbox.apiUrl, CC_REQUESTS_PER_SECOND: '1000' };
    gateway = await openTestGateway({ store, settings });
    at = ['--url', gateway.url];
    expect((await runCommand(['sync', ...at], {})).code).toBe(0);
    list = (await gateway.graphql('{ contactLists(first: 1) { nodes { name } } }')).data.contactLists.nodes[0].name;
  });
  afterAll(async () => {
    await gateway[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
    await sandbox[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  async function importText(text: string | Buffer, ...options: string[]) {
    const path = join(folder, 'people.csv');
    await writeFile(path, text);
    const result = await runCommand(['import', path, '--json', ...options, ...at], {});
    return { ...result, path, summary: result.stdout === '' ? null : JSON.parse(result.stdout) };
  }
  const contact = async (email: string) =>
    (
      await gateway.graphql(
        `{ contact(by: { email: "${email}" }) { firstName lastName companyName birthday { month day }
          phoneNumbers { number kind } streetAddresses { city kind } pendingChanges { field } } }`,
      )
    ).data.contact;

  test('reads what spreadsheets write: a byte order mark, CRLF, semicolons, quotes, new lines, and formulas as they are', async () => {
    const { summary, code } = await importText(
      '\uFEFFE-Mail;First Name;lastName;company;phone1;phone1.kind;address1.city\r\n' +
        'Ann@Example.org;=1+2;"O""Hara; Jr.";-ACME;+1 555 1;work;Bonn\r\n\r\nbob@example.org;Bob;;"@home";;;\r\n',
    );
    expect(summary).toMatchObject({ rows: 2, created: 2, updated: 0, unchanged: 0, failed: 0, errorsFile: null });
    expect(code).toBe(0);
    expect(await contact('ann@example.org')).toMatchObject({
      firstName: '=1+2',
      lastName: 'O"Hara; Jr.',
      companyName: '-ACME',
      phoneNumbers: [{ number: '+1 555 1', kind: 'work' }],
      streetAddresses: [{ city: 'Bonn', kind: 'home' }],
    });
    expect(await contact('bob@example.org')).toMatchObject({ companyName: '@home', phoneNumbers: [] });
  });

  test('repeated it changes nothing, and a dry run saves nothing and says what would be', async () => {
    const text = 'email,firstName\ncara@example.org,Cara\n';
    const dry = await importText(text, '--dry-run');
    expect(dry.summary).toMatchObject({ rows: 1, created: 1, dryRun: true });
    expect(await contact('cara@example.org')).toBeNull();
    expect((await importText(text)).summary).toMatchObject({ rows: 1, created: 1 });
    expect((await importText(text)).summary).toMatchObject({ rows: 1, unchanged: 1, created: 0, updated: 0 });
    expect((await importText('email,firstName\ncara@example.org,\n', '--clear-empty')).summary.updated).toBe(1);
    expect((await contact('cara@example.org')).firstName).toBeNull();
  });

  test('keeps rows that fail with their reasons by column, saves the others, and takes them again when put right', async () => {
    const { summary, code } = await importText(
      `email,firstName,birthday,lists\nnobody,Nobody,,\ndan@example.org,Dan,13-40,No such list\neve@example.org,Eve,02-29,${list}\nfay@example.org,Fay,1,2,3\n`,
    );
    expect(code).toBe(1);
    expect(summary).toMatchObject({ rows: 4, created: 1, failed: 3 });
    const errors = await readFile(summary.errorsFile, 'utf8');
    expect(errors).toContain('email,firstName,birthday,lists,csg_row,csg_problems');
    expect(errors).toMatch(/nobody,Nobody,,,1,email: is not an email address/);
    expect(errors).toMatch(/dan@example.org,Dan,13-40,No such list,2,.*birthday: must be a month.*/);
    expect(errors).toMatch(/lists: There is no such list/);
    expect(errors).toMatch(/fay@example.org.*the row has 5 cells/);
    const mended = errors.replace('nobody,', 'nobody@example.org,').replace('13-40,No such list', '12-04,');
    const again = await importText(mended.replace(/^fay.*\n/m, ''));
    expect(again.summary).toMatchObject({ rows: 2, created: 2, failed: 0 });
  });

  test('without a gateway saves by the same checks, and tells the same of each row', async () => {
    const { nodes } = (
      await gateway.graphql('{ contacts(first: 1, filter: { status: [UNSUBSCRIBED] }) { nodes { email } } }')
    ).data.contacts;
    const left: string = nodes[0].email;
    const rows = `oda@example.org,Oda,,+1 555 1,${list}\n${left},Left,,,${list}\nola@example.org,Ola,,none,\nora@example.org,Ora,13-40,,No such list\n`;
    const text = `email,firstName,birthday,phone1,lists\n${rows}`;
    const settings = { MONGODB_URI: store.uri, PORT: '0', CC_ACCESS_TOKEN: 'sandbox', CC_API_URL: sandbox.apiUrl };
    const path = join(folder, 'own.csv');
    await writeFile(path, text);
    const own = async (...options: string[]) => {
      const { stdout } = await runCommand(['import', path, '--json', ...options], settings);
      const { file: _, errorsFile, ...counts } = JSON.parse(stdout);
      return { counts, errors: await readFile(errorsFile, 'utf8') };
    };
    const there = await importText(text, '--dry-run');
    const { file: _, errorsFile, ...counts } = there.summary;
    expect(counts).toMatchObject({ created: 1, failed: 2, refused: 1 });
    expect(await own('--dry-run')).toEqual({ counts, errors: await readFile(errorsFile, 'utf8') });
    expect(await contact('oda@example.org')).toBeNull();
    expect((await own()).counts).toEqual({ ...counts, dryRun: false });
    const saved = await store.db.collection('contacts').findOne({ emailKey: 'oda@example.org' });
    expect(saved?.['change']).toMatchObject({ source: 'LOCAL', changedBy: 'csg' });
  });

  test('counts rows of one address in their order, in whatever batch they stand', async () => {
    const { summary } = await importText('email,firstName\nx@example.org,A\nX@example.org,B\nx@example.org,B\n');
    expect(summary).toMatchObject({ rows: 3, created: 1, updated: 1, unchanged: 1 });
    expect((await contact('x@example.org')).firstName).toBe('B');
  });

  test('a mapping says what columns are, what all rows get, and what is left out', async () => {
    const mapping = join(folder, 'mapping.json');
    const columns = { Adresse: 'email', Vorname: 'firstName', Notiz: null };
    await writeFile(mapping, JSON.stringify({ columns, values: { companyName: 'ACME', lists: list } }));
    const text = 'Adresse,Vorname,Notiz\ngus@example.org,Gus,none\n';
    const unclear = await importText(text);
    expect(unclear.code).toBe(2);
    expect(unclear.stderr).toMatch(/Adresse: .*\n.*Vorname: .*\n.*Notiz: .*\n.*email address/);
    expect((await importText(text, '--mapping', mapping)).summary).toMatchObject({ created: 1 });
    expect(await contact('gus@example.org')).toMatchObject({ firstName: 'Gus', companyName: 'ACME' });
  });

  test.each([
    ['latin1', Buffer.from('email,firstName\na@example.org,J\xfcrgen\n', 'latin1'), /Line 2 .*not utf-8.*--encoding/],
    ['a quote that is never closed', 'email,firstName\na@example.org,"Ann\nb@example.org,B\n', /never closed/],
    ['nothing', '', /empty/],
    ['a workbook', Buffer.from('PK\x03\x04\x14\0\x06\0', 'latin1'), /workbook.*save it as CSV/],
    ['a compressed file', gzipSync('email\na@example.org\n'), /compressed.*gunzip/],
  ])('%s is a failure that says where and what to do', async (_what, content, message) => {
    const { code, stderr } = await importText(content);
    expect(code).toBeGreaterThan(0);
    expect(stderr).toMatch(message);
  });

  test('a failure of a file says which, why, and ends before anything is saved', async () => {
    const text = 'email,firstName\nnobody,A\nnia@example.org,Nia\n';
    const lost = await importText(text, '--errors', join(folder, 'no-such-folder', 'errors.csv'));
    expect(lost.stderr).toMatch(/Rows that fail cannot be kept in .*errors.csv.*no such file or folder/);
    const own = await importText(text, '--errors', join(folder, 'people.csv'));
    expect(own.stderr).toContain('--errors names the file that is imported');
    expect(await readFile(own.path, 'utf8')).toBe(text);
    expect([lost.code, own.code]).toEqual([2, 2]);
    expect(await contact('nia@example.org')).toBeNull();

    const missing = await runCommand(['import', join(folder, 'none.csv'), ...at], {});
    expect(missing.stderr).toMatch(/none.csv cannot be read: there is no such file or folder.\n$/);
    const nowhere = await runCommand(['export', join(folder, 'no-such-folder', 'all.csv'), ...at], {});
    expect(nowhere.stderr).toMatch(/all.csv cannot be written: there is no such file or folder.\n$/);
    expect([missing.code, nowhere.code]).toEqual([2, 2]);
  });

  test('an export of a list that there is not is bad usage, and not an empty file', async () => {
    const { code, stdout, stderr } = await runCommand(['export', '--list', 'No such list', ...at], {});
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('--list: there is no list "No such list"');
    expect((await runCommand(['plan', '--list', 'No such list', ...at], {})).stderr).toBe(stderr);
  });

  test('a reader that has gone, as `head` goes, is no failure', async () => {
    const exported = startCommand(['export', '-', ...at], {});
    exported.child.stdout?.destroy();
    expect(await exported.ended).toMatchObject({ code: 0, stderr: '' });
    const synced = startCommand(['sync', ...at], {});
    synced.child.stderr?.destroy();
    expect(await synced.ended).toMatchObject({ code: 0, stdout: expect.stringContaining('SUCCEEDED') });
  });

  test('another encoding is read where it is named', async () => {
    const content = Buffer.from('email,firstName\njurgen@example.org,J\xfcrgen\n', 'latin1');
    expect((await importText(content, '--encoding', 'windows-1252')).summary.created).toBe(1);
    expect((await contact('jurgen@example.org')).firstName).toBe('Jürgen');
  });

  test('Ctrl-C loses nothing, says from which row it goes on, and the two parts are the whole', async () => {
    const rows = 40_000;
    const path = join(folder, 'many.csv');
    const lines = Array.from({ length: rows }, (_, index) => `many.${index}@example.org,Many\n`);
    await writeFile(path, `email,firstName\n${lines.join('')}`);
    const first = startCommand(['import', path, ...at], {});
    await first.notes(/\d+ % /);
    first.child.kill('SIGINT');
    const { code, stdout } = await first.ended;
    expect(code).toBe(130);
    const done = Number((/^([\d,]+) rows/.exec(stdout)?.[1] ?? '').replaceAll(',', ''));
    const fromRow = Number(/--from-row (\d+)/.exec(stdout)?.[1]);
    expect(fromRow).toBe(done + 1);
    expect(done).toBeLessThan(rows);
    const saved = await store.db.collection('contacts').countDocuments({ emailKey: /^many\./ });
    expect(saved).toBe(done);
    await writeFile(path, `email,firstName\n${lines.slice(0, done + 700).join('')}`);
    const rest = await runCommand(['import', path, '--from-row', String(fromRow), '--json', ...at], {});
    expect(JSON.parse(rest.stdout)).toMatchObject({ rows: 700, created: 700, skipped: done });
    await store.db.collection('contacts').deleteMany({ emailKey: /^many\./ });
  });

  test('what is exported is imported again without a change; JSON lines hold the same contacts', async () => {
    const path = join(folder, 'all.csv');
    expect((await runCommand(['export', path, ...at], {})).code).toBe(0);
    const { stdout } = await runCommand(['export', '--format', 'ndjson', ...at], {});
    const contacts = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(new Set(contacts.map(({ id }) => id)).size).toBe(contacts.length);
    const active = contacts.filter(({ status }) => status !== 'DELETED').length;
    expect(active).toBeGreaterThan(40);
    const again = await runCommand(['import', path, '--json', ...at], {});
    const summary = JSON.parse(again.stdout);
    expect(summary).toMatchObject({ rows: contacts.length, created: 0, updated: 0 });
    // Contacts without an address cannot be named.
    const unnamed = contacts.filter(({ email }) => email === null).length;
    const errors = await readFile(summary.errorsFile, 'utf8');
    expect(errors.match(/email: is missing/g)).toHaveLength(unnamed);
    expect(summary.failed).toBe(unnamed);
  });

  test('choices of a field that are offered no more stay with who has them, and are refused to others with what there is', async () => {
    const { customFields } = (await gateway.graphql('{ customFields { customFieldId label type choices { label } } }'))
      .data;
    const { customFieldId, choices } = customFields.find(({ type }: { type: string }) => type === 'single_select');
    const column = `email,customField:${customFieldId}\n`;
    await importText(`${column}hal@example.org,${choices[0].label}\n`);
    const held = { customFieldId, value: null, choiceIds: ['of-old'] };
    await store.db
      .collection('contacts')
      .updateOne({ emailKey: 'hal@example.org' }, { $set: { [`local.customField:${customFieldId}.value`]: held } });
    const { summary } = await importText(`${column}hal@example.org,of-old\nida@example.org,of-old\n`);
    expect(summary).toMatchObject({ rows: 2, unchanged: 1, failed: 1 });
    const errors = await readFile(summary.errorsFile, 'utf8');
    expect(errors).toContain(
      `ida@example.org,of-old,2,"customField:${customFieldId}: holds ""of-old"", which is no choice`,
    );
    expect(errors).toContain(`there are ${choices[0].label}`);
  });

  test('csg plan shows what a push would send and how to send exactly that', async () => {
    const plan = await runCommand(['plan', ...at], {});
    expect(plan.stdout).toMatch(/contacts by \d+ requests[\s\S]*BY +CONTACTS[\s\S]*--plan \w+/);
    expect(plan.code).toBe(0);
    const dry = await runCommand(['sync', '--kind', 'push', '--dry-run', ...at], {});
    expect(dry.stdout).toMatch(/^PUSH SUCCEEDED.*\n\d+ contacts would be sent; nothing was \(dry run\).*csg plan\n$/);
    expect(JSON.parse((await runCommand(['plan', '--json', ...at], {})).stdout).planHash).toMatch(/^\w+/);
  });

  test('csg connect says that an account is connected; csg completion knows commands and values', async () => {
    expect((await runCommand(['connect', ...at], {})).stdout).toMatch(/An account is connected/);
    expect((await runCommand(['completion', 'bash'], {})).stdout).toContain('csg');
    expect((await runCommand(['complete', '--', 'sync', '--kind', ''], {})).stdout).toContain('unsubscribes');
    expect((await runCommand(['--version'], {})).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
