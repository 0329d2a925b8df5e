import { DEMO_SIZE, type Gateway } from './gateway.ts';

const STORE_NAMES = {
  EMBEDDED: 'embedded MongoDB engine',
  DOWNLOADED: 'downloaded MongoDB server',
  SERVER: 'MongoDB server',
} as const;

const count = (value: number) => value.toLocaleString('en-US');

/** What a person sees once the gateway runs: where it is, and in the demo what to try next. */
export function createBanner({ gateway, dataDir }: { gateway: Gateway; dataDir: string }): string {
  const { url, sandboxUrl, storeInfo } = gateway;
  const place = storeInfo.kind === 'SERVER' ? '' : `, data in ${dataDir}`;
  const lines = [
    `Contact sync gateway${sandboxUrl === null ? '' : ' (demo)'}`,
    '',
    `  Status     ${url}/`,
    `  GraphQL    ${url}/graphql    (GraphiQL in a browser)`,
    `  Health     ${url}/health/ready    Metrics ${url}/metrics`,
    `  Store      ${STORE_NAMES[storeInfo.kind]} ${storeInfo.version}${place}`,
  ];
  if (sandboxUrl !== null) {
    lines.push(
      `  Sandbox    ${sandboxUrl}    plays Constant Contact: ${count(DEMO_SIZE.contacts)} contacts, ${DEMO_SIZE.lists} lists, 4 requests a second`,
      '',
      '  A sync is under way. Watch it on the status page, or paste into GraphiQL:',
      '    subscription { syncRunChanged { kind phase percent etaSeconds counts { fetched created } } }',
      '  Then act as a subscriber does, and sync again:',
      `    curl '${sandboxUrl}/__sandbox/contacts?limit=1'`,
      `    curl -X POST ${sandboxUrl}/__sandbox/contacts/CONTACT_ID/unsubscribe -d '{"reason":"too many"}'`,
      '    mutation { startSync(input: { kind: CONTACTS }) { __typename } }',
      '  With CC_ACCESS_TOKEN set it works on a real account: see README.md. Ctrl-C stops it.',
    );
  }
  return `\n${lines.join('\n')}\n\n`;
}
