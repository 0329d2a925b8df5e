import { request } from 'undici';
import type { Config } from '../config.ts';
import { DomainError } from '../domain-error.ts';
import { type Logger, redactText } from '../logger.ts';
import { openStore } from '../store/connect.ts';
import { missingIndexes } from '../store/index-check.ts';
import { MIGRATIONS, schemaVersion } from '../store/migrations.ts';
import { answeredFailure } from './answered-failure.ts';
import { CommandFailure, EXIT, type ExitCode } from './exit-codes.ts';
import { type FoundGateway, findGateway, type GatewayOptions, localGateway, readSettings } from './find-gateway.ts';
import { formatTable, type Output } from './output.ts';

const ANSWER_LIMIT_MS = 5_000;
/** Tokens, signatures and the freshness of what was read are judged by clocks. */
const SKEW_WARNING_MS = 30_000;
const BUDGET_WARNING_SHARE = 0.1;
/** Counts and lists of the primary, see `reconcile`. */
const REQUESTS_OF_A_TRY = 2;
const TRY_LIMIT_MS = 20_000;
const MOST_NAMES = 5;

export interface Finding {
  readonly check: string;
  readonly state: 'ok' | 'look' | 'bad';
  readonly found: string;
  /** What to do; null where nothing is to be done. */
  readonly advice: string | null;
}

const ok = (check: string, found: string): Finding => ({ check, state: 'ok', found, advice: null });
const look = (check: string, found: string, advice: string): Finding => ({ check, state: 'look', found, advice });
const bad = (check: string, found: string, advice: string | null): Finding => ({ check, state: 'bad', found, advice });

/** Looks at everything that a gateway needs, and says what to do. Exit code 1 where something is bad. */
export async function runDoctor({
  options,
  output,
  logger,
}: {
  options: GatewayOptions;
  output: Output;
  logger: Logger;
}): Promise<ExitCode> {
  const findings: Finding[] = [];
  let config: Config | null = null;
  try {
    config = readSettings(options.env);
    const primary = config.primary.kind === 'sandbox' ? 'demo, with the sandbox' : config.primary.apiUrl;
    findings.push(ok('configuration', `settings are valid: ${primary}`));
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    findings.push(bad('configuration', error.message, 'Put these settings right, all of them are named.'));
  }
  if (config !== null) {
    findings.push(...(await checkStore(config, options, logger)));
    findings.push(await checkClock(config, options.signal));
  }
  const isReachable = findings.every(({ check }) => check !== 'primary');
  if (config !== null || options.url !== null) findings.push(...(await checkGateway(options, isReachable)));
  const rows = findings.map(({ check, state, found, advice }) => [
    state,
    check,
    advice === null ? found : `${found} ${advice}`,
  ]);
  output.answer(findings, formatTable(['STATE', 'CHECK', 'FOUND'], rows));
  return findings.some(({ state }) => state === 'bad') ? EXIT.failed : EXIT.done;
}

async function checkStore(config: Config, options: GatewayOptions, logger: Logger): Promise<Finding[]> {
  const { uri, dataDir } = config.store;
  if (uri === null && (options.url !== null || (await localGateway(config, options.signal)) !== null)) {
    return [ok('store', 'not opened here: the gateway has it open, see `ready`')];
  }
  try {
    await using connection = await openStore({ uri: uri ?? undefined, dataDir, logger, signal: options.signal });
    const { kind, version, changeStreams } = connection.info;
    const streams = changeStreams ? 'with change streams' : 'without change streams, runs are followed by a short poll';
    const [missing, stored] = [await missingIndexes(connection.db), await schemaVersion(connection.db)];
    const newest = MIGRATIONS.at(-1)?.version ?? 0;
    return [
      ok('store', `${kind} ${version}, ${streams}`),
      missing.length === 0
        ? ok('indexes', 'all are there')
        : look('indexes', `missing: ${someOf(missing)}.`, 'The next start of the gateway makes them.'),
      stored > newest
        ? bad(
            'schema version',
            `${stored}, this program knows ${newest}.`,
            'Use the newer program, or restore a backup.',
          )
        : stored < newest
          ? look('schema version', `${stored}, this program has ${newest}.`, 'The next start of the gateway migrates.')
          : ok('schema version', String(stored)),
    ];
  } catch (error) {
    options.signal.throwIfAborted();
    if (!(error instanceof DomainError)) throw error;
    return [bad('store', `${error.code}: ${redactText(error.message)}`, 'Without the store nothing works.')];
  }
}

const someOf = (names: readonly string[]) =>
  names.length <= MOST_NAMES
    ? names.join(', ')
    : `${names.slice(0, MOST_NAMES).join(', ')} and ${names.length - MOST_NAMES} more`;

/** Without a token: such a request is refused, counts against nobody, and its answer tells the time. */
async function checkClock(config: Config, signal: AbortSignal): Promise<Finding> {
  if (config.primary.kind === 'sandbox') return ok('clock', 'the sandbox goes by the clock of this machine');
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_LIMIT_MS)]);
    const answer = await request(config.primary.apiUrl, { method: 'GET', signal: limit });
    await answer.body.dump();
    const date = answer.headers['date'];
    const at = Date.parse(typeof date === 'string' ? date : '');
    if (Number.isNaN(at))
      return look('clock', 'Constant Contact did not tell its time.', 'Is CC_API_URL the right address?');
    const skewMs = Date.now() - at;
    const found = `${(Math.abs(skewMs) / 1_000).toFixed(1)} s ${skewMs < 0 ? 'behind' : 'ahead of'} Constant Contact`;
    return Math.abs(skewMs) > SKEW_WARNING_MS
      ? look('clock', `${found}.`, 'Let a time service set the clock of this machine.')
      : ok('clock', found);
  } catch (error) {
    signal.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    return bad(
      'primary',
      `${config.primary.apiUrl} cannot be reached: ${reason}.`,
      'Look at CC_API_URL, proxy and network.',
    );
  }
}

async function checkGateway(options: GatewayOptions, isPrimaryReachable: boolean): Promise<Finding[]> {
  let gateway: FoundGateway;
  try {
    gateway = await findGateway(options);
  } catch (error) {
    options.signal.throwIfAborted();
    if (!(error instanceof CommandFailure)) throw error;
    return [bad('gateway', error.message, options.url === null ? 'See the findings above.' : null)];
  }
  try {
    const where = gateway.kind === 'OWN' ? 'none runs here; opened one for this look' : `runs at ${gateway.url}`;
    const limit = AbortSignal.any([options.signal, AbortSignal.timeout(ANSWER_LIMIT_MS)]);
    const ready = await fetch(`${gateway.url}/health/ready`, { signal: limit });
    const checks = await ready.text();
    const { syncStatus } = await gateway.client.syncStatus();
    return [
      ok('gateway', where),
      ready.ok ? ok('ready', 'yes') : bad('ready', `no: ${checks}.`, 'Its log says why.'),
      isPrimaryReachable && syncStatus.budget.remainingToday >= REQUESTS_OF_A_TRY
        ? await checkToken(gateway, syncStatus.connection, options.signal)
        : look('token', `${syncStatus.connection}, not tried.`, 'See the other findings.'),
      syncStatus.budget.remainingToday < syncStatus.budget.perDay * BUDGET_WARNING_SHARE
        ? look(
            'budget',
            `${budgetLeft(syncStatus.budget)}.`,
            `There are new ones at ${syncStatus.budget.resetsAt}; background pulls wait until then.`,
          )
        : ok('budget', budgetLeft(syncStatus.budget)),
    ];
  } catch (error) {
    options.signal.throwIfAborted();
    if (error instanceof Error && error.name === 'TimeoutError')
      return [bad('gateway', `${gateway.url} did not answer within 5 seconds.`, 'Look at its log, and at --url.')];
    const failure = answeredFailure(error, gateway.url);
    if (!(failure instanceof CommandFailure)) throw failure;
    return [bad('gateway', failure.message, null)];
  } finally {
    await gateway.close();
  }
}

const budgetLeft = ({ remainingToday, perDay }: { remainingToday: number; perDay: number }) =>
  `${remainingToday.toLocaleString('en-US')} of ${perDay.toLocaleString('en-US')} requests left today`;

/** One that nobody has used since the start may be refused all the same: it is tried, by requests that count as any other. */
async function checkToken({ url, client }: FoundGateway, connection: string, signal: AbortSignal): Promise<Finding> {
  if (connection === 'SANDBOX') return ok('token', connection);
  if (connection === 'NOT_CONNECTED')
    return bad('token', 'no account is connected.', `Open ${url}/oauth/connect in a browser, or set CC_ACCESS_TOKEN.`);
  try {
    await client.reconcile({}, {}, AbortSignal.any([signal, AbortSignal.timeout(TRY_LIMIT_MS)]));
    return ok('token', `${connection}, and Constant Contact takes it`);
  } catch (error) {
    signal.throwIfAborted();
    const failure = answeredFailure(error, url);
    if (!(failure instanceof CommandFailure))
      return bad('token', `${connection}, but Constant Contact does not answer.`, 'Look again in some minutes.');
    return failure.exitCode === EXIT.refused
      ? look('token', `${connection}, not tried:`, failure.message)
      : bad('token', failure.message, null);
  }
}
