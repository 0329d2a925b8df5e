// One instance of the gateway as far as requests go: asks for pages as fast as the shared budget lets it.
// Arguments: the API's URL, the MongoDB URI, for how long in milliseconds. Prints when each request was let go,
// and for how long at most the process was held up once it was warm.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { MongoClient } from 'mongodb';
import { systemClock } from '../../dist/clock.js';
import { createApiClient } from '../../dist/constant-contact/api-client.js';
import { getContactCounts, getContactsPage } from '../../dist/constant-contact/contacts.js';
import { createStaticTokenSource } from '../../dist/constant-contact/static-token.js';
import { silentLogger } from '../../dist/logger.js';
import { createRequestBudget } from '../../dist/store/request-budget.js';

const [apiUrl, mongodbUri, forMs] = process.argv.slice(2);
const mongo = await new MongoClient(mongodbUri).connect();
const shared = { clock: systemClock, random: Math.random, logger: silentLogger };
const budget = createRequestBudget({ ...shared, db: mongo.db(), perSecond: 4, perDay: 10_000 });
const client = createApiClient({ ...shared, apiUrl, budget, tokens: createStaticTokenSource('sandbox') });
const end = AbortSignal.timeout(Number(forMs));
const sentAt = [];
const stalls = monitorEventLoopDelay({ resolution: 1 });
setTimeout(() => stalls.enable(), 1_000);

async function ask(priority, request) {
  const context = { signal: end, priority, onRequest: () => sentAt.push(Date.now()) };
  while (!end.aborted) await request(context);
}

const outcomes = await Promise.allSettled([
  ask('BACKGROUND', (context) => getContactsPage(client, { query: { limit: 100 } }, context)),
  ask('BACKGROUND', (context) => getContactsPage(client, { query: { limit: 100 } }, context)),
  ask('PUSH_SAFETY', (context) => getContactCounts(client, context)),
]);
const failures = outcomes.flatMap(({ reason }) => (reason === end.reason ? [] : [String(reason)]));
console.log(JSON.stringify({ sentAt, failures, longestStallMs: stalls.max / 1e6 }));
await client.close();
await mongo.close();
