import { setTimeout as delay } from 'node:timers/promises';

/** One GraphQL operation over HTTP; throws on errors of either layer. */
export async function graphql<T>(url: string, query: string, variables: object = {}): Promise<T> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data?: T; errors?: unknown };
  if (errors !== undefined || data === undefined || data === null) throw new Error(JSON.stringify(errors));
  return data;
}

export interface BenchRun {
  readonly id: string;
  readonly status: string;
  readonly apiRequests: number;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly counts: { readonly fetched: number; readonly created: number; readonly updated: number };
  readonly error: { readonly code: string; readonly message: string } | null;
}

const RUN = `id status apiRequests startedAt finishedAt counts { fetched created updated } error { code message }`;

/** Starts a run and looks at it now and then until it has ended; `onLook` at each look. */
export async function runSync(
  url: string,
  { kind, mode, onLook }: { kind: string; mode: string; onLook?: () => Promise<void> },
): Promise<BenchRun> {
  const { startSync } = await graphql<{ startSync: { run?: BenchRun } }>(
    url,
    `mutation ($input: StartSyncInput!) { startSync(input: $input) { __typename ... on StartSyncSuccess { run { ${RUN} } } } }`,
    { input: { kind, mode } },
  );
  if (startSync.run === undefined) throw new Error(`not started: ${JSON.stringify(startSync)}`);
  const { id } = startSync.run;
  for (const deadline = Date.now() + 1_200_000; Date.now() < deadline; await delay(250)) {
    await onLook?.();
    const { syncRun } = await graphql<{ syncRun: BenchRun }>(url, `query ($id: ID!) { syncRun(id: $id) { ${RUN} } }`, {
      id,
    });
    if (syncRun.finishedAt === null) continue;
    if (syncRun.status !== 'SUCCEEDED') throw new Error(`the run ended as ${JSON.stringify(syncRun)}`);
    return syncRun;
  }
  throw new Error('the run did not end within 20 minutes');
}

export function durationMs(run: BenchRun): number {
  if (run.finishedAt === null) throw new Error('the run has not ended');
  return Date.parse(run.finishedAt) - Date.parse(run.startedAt);
}
