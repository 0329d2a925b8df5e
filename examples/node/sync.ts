import { createGatewayClient, GatewayError } from 'contact-sync-gateway/client';
import { WebSocket } from 'ws';

const key = process.env['CSG_API_KEY'];
const gateway = createGatewayClient(process.env['GATEWAY_URL'] ?? 'http://127.0.0.1:4000/graphql', {
  headers: () => (key === undefined ? {} : { authorization: `Bearer ${key}` }),
  subscriptions: 'websocket',
  webSocket: WebSocket,
});

/** Starts a sync, or joins the one that is under way. */
async function startSync(): Promise<string> {
  const { startSync: answer } = await gateway.startSync({ input: { kind: 'CONTACTS' } });
  switch (answer.__typename) {
    case 'StartSyncSuccess':
    case 'SyncAlreadyRunning':
      return answer.run.id;
    default:
      throw new Error(answer.message);
  }
}

try {
  for await (const { message, run } of gateway.syncProgress({ runId: await startSync() })) {
    console.log(`${run.percent === null ? '' : `${Math.floor(run.percent)} % `}${message}`);
  }
  const { contacts } = await gateway.contactCount({ filter: { status: ['UNSUBSCRIBED'] } });
  console.log(`${contacts.totalCount} contacts have unsubscribed.`);
} catch (error) {
  console.error(error instanceof GatewayError ? `The gateway refused: ${error.message} (${error.code})` : error);
  process.exitCode = 1;
}
