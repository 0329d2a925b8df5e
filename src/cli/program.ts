import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { ContactFilter, ContactStatus, StartSyncInput, SyncRunStatus } from '../client/index.ts';
import type { Scope } from '../config.ts';
import { createLogger } from '../logger.ts';
import { CONTACT_STATUSES } from '../model/consent.ts';
import { SYNC_RUN_STATUSES } from '../model/sync-run.ts';
import { untilAborted } from '../until-aborted.ts';
import { answeredFailure } from './answered-failure.ts';
import { addCompletion } from './completion.ts';
import { connectAccount } from './connect-command.ts';
import { EXIT, EXIT_SUMMARY, type ExitCode } from './exit-codes.ts';
import type { ExportOptions } from './export-command.ts';
import { type FoundGateway, findGateway, type GatewayOptions } from './find-gateway.ts';
import type { ImportOptions } from './import/import-command.ts';
import { parseKeyName, parseScopes, showNewKey } from './keys-command.ts';
import { checkLists } from './named-lists.ts';
import { createOutput, type Output } from './output.ts';
import { showPlan } from './plan-command.ts';
import { type Page, showContacts, showDiffs, showRuns, showStatus } from './read-commands.ts';
import { pauseSchedule, resumeSchedule } from './schedule-commands.ts';
import { KINDS, runSyncCommand } from './sync-command.ts';
import { readVersion } from './version.ts';

interface CommonOptions {
  readonly json?: boolean;
  readonly url?: string;
}

const HELP = `
A command talks to the gateway that --url (or CSG_URL) names, else to the one that runs on this machine, else it opens
the store itself. CSG_API_KEY is sent as its key. Exit codes: ${EXIT_SUMMARY}.`;

const lowerCase = (text: string) => text.toLowerCase();

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 500) throw new InvalidArgumentError('A number from 1 to 500.');
  return value;
}

function rowNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('A number from 1 on.');
  return value;
}

function delimiter(text: string): string {
  const sign = text === '\\t' || text === 'tab' ? '\t' : text;
  if (sign.length !== 1 || sign === '"') throw new InvalidArgumentError('One sign, such as ; or tab.');
  return sign;
}

function moment(text: string): string {
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw new InvalidArgumentError('A time such as 2026-03-01T08:00:00Z.');
  return new Date(at).toISOString();
}

/**
 * The commands and their options: the reference in docs/ is written from them. `env` holds the settings of the gateway,
 * CSG_URL and CSG_API_KEY; `onEnd` takes the exit code of a command that did not throw.
 */
export function createProgram({
  env,
  signal,
  onEnd,
}: {
  env: Readonly<Record<string, string | undefined>>;
  signal: AbortSignal;
  onEnd: (exitCode: ExitCode) => void;
}): Command {
  const gatewayOptions = ({ url }: CommonOptions): GatewayOptions => ({
    url: url ?? (env['CSG_URL'] || null),
    apiKey: env['CSG_API_KEY'] || null,
    env,
    signal,
  });
  const withGateway = async (
    options: CommonOptions,
    use: (gateway: FoundGateway, output: Output) => Promise<ExitCode | undefined>,
    { atOwnAddress = false, endsItself = false }: { atOwnAddress?: boolean; endsItself?: boolean } = {},
  ): Promise<void> => {
    const output = createOutput({ json: options.json ?? false });
    const gateway = await findGateway({ ...gatewayOptions(options), atOwnAddress });
    try {
      if (gateway.kind === 'OWN' && output.interactive)
        output.note('No gateway runs here: the store is opened for this command.');
      const used = use(gateway, output);
      // What only asks ends at once by a signal, whether the gateway answers or not.
      onEnd((await (endsItself ? used : untilAborted(used, signal))) ?? EXIT.done);
    } catch (error) {
      throw answeredFailure(error, gateway.url);
    } finally {
      await gateway.close();
    }
  };

  const program = new Command('csg')
    .description('Keeps Constant Contact and MongoDB contacts in step.')
    .version(readVersion())
    .addHelpText('after', HELP)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true });
  const command = (name: string, description: string): Command =>
    program
      .command(name)
      .description(description)
      .option('--json', 'answer with JSON')
      .option('--url <url>', 'a gateway that runs, such as http://127.0.0.1:4000');
  const pageOf = ({ first, after }: { first: number; after?: string }): Page => ({ first, after: after ?? null });
  const paged = (to: Command): Command =>
    to.option('--first <count>', 'how many', count, 20).option('--after <cursor>', 'go on after this one');

  program
    .command('start')
    .description('Start the gateway, as `npm start` does.')
    .action(async () => {
      await import('../main.ts');
    });

  command('sync', 'Start a run and follow it to its end.')
    .addOption(new Option('--kind <kind>', 'what to do').choices(Object.keys(KINDS)).default('contacts'))
    .option('--full', 'read everything, not only what changed', false)
    .option('--dry-run', 'push and full-cycle: plan, send nothing', false)
    .option('--plan <hash>', 'push: send exactly the plan with this hash')
    .action(
      async (options: CommonOptions & { kind: keyof typeof KINDS; full: boolean; dryRun: boolean; plan?: string }) =>
        withGateway(
          options,
          ({ client }, output) => {
            const input: StartSyncInput = {
              kind: KINDS[options.kind],
              mode: options.full ? 'FULL' : 'INCREMENTAL',
              dryRun: options.dryRun,
              ...(options.plan === undefined ? {} : { planHash: options.plan }),
            };
            return runSyncCommand({ client, input, output, signal, now: () => new Date() });
          },
          { endsItself: true },
        ),
    );

  command('status', 'Show the gateway at a glance.').action(async (options: CommonOptions) =>
    withGateway(options, async ({ client }, output) => void (await showStatus({ client, output }))),
  );

  paged(command('contacts', 'List contacts.'))
    .addOption(new Option('--status <status>', 'only these').choices(CONTACT_STATUSES.map(lowerCase)))
    .option('--search <text>', 'the beginning of an email address or a name')
    .action(async (options: CommonOptions & { first: number; after?: string; status?: string; search?: string }) =>
      withGateway(options, async ({ client }, output) => {
        const filter: ContactFilter = {
          status: options.status === undefined ? null : [options.status.toUpperCase() as ContactStatus],
          search: options.search ?? null,
        };
        await showContacts({ client, output }, pageOf(options), filter);
      }),
    );

  paged(command('runs', 'List runs, the newest first.'))
    .addOption(new Option('--kind <kind>', 'only these').choices(Object.keys(KINDS)))
    .addOption(new Option('--status <status>', 'only these').choices(SYNC_RUN_STATUSES.map(lowerCase)))
    .action(
      async (options: CommonOptions & { first: number; after?: string; kind?: keyof typeof KINDS; status?: string }) =>
        withGateway(options, ({ client }, output) =>
          showRuns({ client, output }, pageOf(options), {
            kinds: options.kind === undefined ? null : [KINDS[options.kind]],
            status: options.status === undefined ? null : [options.status.toUpperCase() as SyncRunStatus],
          }).then(() => undefined),
        ),
    );

  paged(command('diff', 'List the contacts on which the two stores differ.')).action(
    async (options: CommonOptions & { first: number; after?: string }) =>
      withGateway(options, async ({ client }, output) => void (await showDiffs({ client, output }, pageOf(options)))),
  );

  paged(command('plan', 'Show what a push would send, and what it leaves out and why. Sends nothing.'))
    .option('--list <name...>', 'only what concerns these lists')
    .action(async (options: CommonOptions & { first: number; after?: string; list?: string[] }) =>
      withGateway(options, async ({ client }, output) => {
        await checkLists(client, options.list ?? []);
        await showPlan({ client, output }, { page: pageOf(options), lists: options.list ?? [] });
        return EXIT.done;
      }),
    );

  command('connect', 'Connect the Constant Contact account: says which page to open in a browser, and waits.')
    .option('--no-wait', 'only say which page')
    .action(async (options: CommonOptions & { wait: boolean }) =>
      withGateway(options, (gateway, output) => connectAccount({ gateway, output, signal, wait: options.wait }), {
        atOwnAddress: true,
      }),
    );

  command('import', 'Save the contacts of a CSV file here: the next push sends them.')
    .argument('<file>', 'a CSV file whose first line names the columns, or - for stdin')
    .option('--mapping <file>', 'JSON that says what columns are: {"columns": {"NAME": "firstName"}, "values": {}}')
    .option('--list <name...>', 'lists that all are to be added to')
    .option('--dry-run', 'say what would become of each row, and save nothing', false)
    .option('--errors <file>', 'where rows go that fail, with the reasons; beside the file by default')
    .option('--from-row <row>', 'pass over the rows before this one; 1 is the first below the header', rowNumber, 1)
    .option('--delimiter <sign>', 'between cells; found out by default', delimiter)
    .option('--encoding <name>', 'such as windows-1252; UTF-8, or by its byte order mark, by default')
    .option('--clear-empty', 'an empty cell clears the field; without it it stays', false)
    .action(async (file: string, options: CommonOptions & ImportOptions) =>
      withGateway(
        options,
        async ({ client, save, url }, output) => {
          const { runImport } = await import('./import/import-command.ts');
          return runImport({ client, save, url, file, options, output, signal });
        },
        { endsItself: true },
      ),
    );

  command('export', 'Write contacts as CSV, which `csg import` reads, or as JSON lines.')
    .argument('[file]', 'where to; stdout for - or without it')
    .addOption(new Option('--format <format>', 'of what is written').choices(['csv', 'ndjson']).default('csv'))
    .addOption(new Option('--status <status>', 'only these').choices(CONTACT_STATUSES.map(lowerCase)))
    .option('--list <name>', 'only members of this list')
    .option('--search <text>', 'the beginning of an email address or a name')
    .option('--after <cursor>', 'go on behind an export that was interrupted')
    .option('--for-spreadsheets', "put a ' before cells that a spreadsheet would run as a formula", false)
    .action(
      async (
        file: string | undefined,
        options: CommonOptions & ExportOptions & { status?: string; list?: string; search?: string },
      ) =>
        withGateway(
          options,
          async ({ client }, output) => {
            await checkLists(client, options.list === undefined ? [] : [options.list]);
            const filter: ContactFilter = {
              status: options.status === undefined ? null : [options.status.toUpperCase() as ContactStatus],
              lists: options.list === undefined ? null : [{ name: options.list }],
              search: options.search ?? null,
            };
            const { runExport } = await import('./export-command.ts');
            return runExport({ client, file: file === '-' ? null : (file ?? null), filter, options, output, signal });
          },
          { endsItself: true },
        ),
    );

  command('pause', 'Keep the schedule from starting runs, on all instances and over restarts.')
    .option('--until <time>', 'go on by itself then, such as 2026-03-01T08:00:00Z', moment)
    .option('--reason <text>', 'shown by `csg status`')
    .action(async (options: CommonOptions & { until?: string; reason?: string }) =>
      withGateway(options, ({ client }, output) => pauseSchedule({ client, output }, options)),
    );

  command('resume', 'Let the schedule go on.')
    .option('--run-missed', 'start now, once, what was due meanwhile', false)
    .action(async (options: CommonOptions & { runMissed: boolean }) =>
      withGateway(options, ({ client }, output) => resumeSchedule({ client, output }, options)),
    );

  program
    .command('keys')
    .description('The keys of callers.')
    .command('create')
    .description('Make a key for a caller: shows it, and the entry of API_KEYS for the gateway. Nothing is stored.')
    .argument('<name>', 'what the caller is called in runs and logs', parseKeyName)
    .requiredOption('--scope <scope>', 'what it may do; give it again, or join by commas, for more', parseScopes)
    .option('--json', 'answer with JSON')
    .action((name: string, { scope, json = false }: { scope: readonly Scope[]; json?: boolean }) =>
      showNewKey({ name, scopes: scope, output: createOutput({ json }) }),
    );

  command('doctor', 'Check settings, store, indexes, connection, budget and clock, and say what to do.').action(
    async (options: CommonOptions) => {
      const output = createOutput({ json: options.json ?? false });
      const logger = createLogger({ level: 'silent', format: 'json' });
      const { runDoctor } = await import('./doctor.ts');
      onEnd(await runDoctor({ options: gatewayOptions(options), output, logger }));
    },
  );
  addCompletion(program);
  return program;
}

/** Runs one command line; answers its exit code. */
export async function runCommandLine({
  args,
  ...options
}: {
  args: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  signal: AbortSignal;
}): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.done;
  const onEnd = (ended: ExitCode) => {
    exitCode = ended;
  };
  try {
    const program = createProgram({ ...options, onEnd });
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has said itself what is wrong; help and version are no mistakes.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    throw error;
  }
}
