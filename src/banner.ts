import { DEMO_SIZE, type Gateway } from './gateway.ts';
import type { GatewayStatus } from './schema/context.ts';

const STORE_NAMES = {
  EMBEDDED: 'embedded MongoDB engine',
  DOWNLOADED: 'downloaded MongoDB server',
  SERVER: 'MongoDB server',
} as const;

const count = (value: number) => value.toLocaleString('en-US');

/** Of a real account: whether it is connected, and what to do next. */
function accountLine(url: string, { connection, nextScheduledAt }: GatewayStatus): string {
  if (connection === 'NOT_CONNECTED') return `not connected: open ${url}/oauth/connect in a browser`;
  if (connection === 'RECONNECT_REQUIRED') return `to be connected again: open ${url}/oauth/connect in a browser`;
  const next = nextScheduledAt === null ? 'no run is scheduled' : `next run at ${nextScheduledAt.toISOString()}`;
  return `connected, ${next}; at once: npx csg sync`;
}

/** What a person sees once the gateway runs: where it is, and what to do next. */
export function createBanner({
  gateway,
  status,
  dataDir,
}: {
  gateway: Gateway;
  /** Null where it cannot be told now. */
  status: GatewayStatus | null;
  dataDir: string;
}): string {
  const { url, sandboxUrl, storeInfo } = gateway;
  const place = storeInfo.kind === 'SERVER' ? '' : `, data in ${dataDir}`;
  const lines = [
    `Contact sync gateway${sandboxUrl === null ? '' : ' (demo)'}`,
    '',
    `  Console    ${url}/`,
    `  GraphQL    ${url}/graphql    (GraphiQL in a browser)`,
    `  Health     ${url}/health/ready    Metrics ${url}/metrics`,
    `  Store      ${STORE_NAMES[storeInfo.kind]} ${storeInfo.version}${place}`,
  ];
  if (sandboxUrl === null) {
    if (status !== null) lines.push(`  Account    ${accountLine(url, status)}`);
  } else {
    lines.push(
      `  Sandbox    ${sandboxUrl}    plays Constant Contact: ${count(DEMO_SIZE.contacts)} contacts, ${DEMO_SIZE.lists} lists, 4 requests a second`,
      '',
      '  A sync is under way. Watch it in the console, or paste into GraphiQL:',
      '    subscription { syncRunChanged { kind phase percent etaSeconds counts { fetched created } } }',
      '  Then act as a subscriber does, and sync again:',
      `    curl '${sandboxUrl}/__sandbox/contacts?limit=1'`,
      `    curl -X POST ${sandboxUrl}/__sandbox/contacts/CONTACT_ID/unsubscribe -d '{"reason":"too many"}'`,
      '    mutation { startSync(input: { kind: CONTACTS }) { __typename } }',
      '  More to try: docs/getting-started.md. A real account: docs/connect-an-account.md. Ctrl-C stops it.',
    );
  }
  return `\n${lines.join('\n')}\n\n`;
}
