import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import {
  type ApiClient,
  createApiClient,
  type Priority,
  type RequestBudget,
} from '../../src/constant-contact/api-client.ts';
import { createStaticTokenSource } from '../../src/constant-contact/static-token.ts';
import { DomainError, isDomainError } from '../../src/domain-error.ts';
import { silentLogger } from '../../src/logger.ts';
import { createLiveContacts } from '../../src/sync/live-contacts.ts';
import { openTestSandbox, type TestSandbox } from '../kit/sandbox.ts';

describe('contacts read live', () => {
  let sandbox: TestSandbox;
  let contactIds: string[];
  const clients: ApiClient[] = [];

  beforeAll(async () => {
    sandbox = await openTestSandbox({ contacts: 40 });
    contactIds = (await sandbox.truth()).map((contact) => contact.contact_id);
  });
  afterAll(async () => {
    for (const client of clients) await client.close();
    await sandbox[Symbol.asyncDispose]();
  });

  function readers(take: RequestBudget['take']) {
    const api = createApiClient({
      apiUrl: sandbox.apiUrl,
      tokens: createStaticTokenSource('sandbox'),
      budget: { take, penalize: async () => {} },
      clock: systemClock,
      random: Math.random,
      logger: silentLogger,
      limits: { baseDelayMs: 1, maxDelayMs: 2 },
    });
    clients.push(api);
    return createLiveContacts({ api });
  }
  const { signal } = new AbortController();

  it('answer each id in its place, at interactive priority, one request for each', async () => {
    const priorities: Priority[] = [];
    const live = readers(async (priority) => {
      priorities.push(priority);
    });
    const [first = '', second = ''] = contactIds;
    const unknown = randomUUID();
    const answers = await live([first, unknown, second, first], signal);
    expect(answers.map((answer) => (answer !== null && 'contactId' in answer ? answer.contactId : answer))).toEqual([
      first,
      null,
      second,
      first,
    ]);
    expect(priorities).toEqual(['INTERACTIVE', 'INTERACTIVE', 'INTERACTIVE']);
  });

  it('do not try the rest when the requests of the day are used up', async () => {
    let taken = 0;
    const live = readers(async () => {
      taken += 1;
      if (taken > 3) throw new DomainError('REQUEST_BUDGET_EXHAUSTED', 'used up');
    });
    const answers = await live(contactIds.slice(0, 30), signal);
    expect(answers.filter((answer) => !isDomainError(answer))).toHaveLength(3);
    expect(answers.filter((answer) => isDomainError(answer, 'REQUEST_BUDGET_EXHAUSTED'))).toHaveLength(27);
    // Those that were on their way when the first was refused, and no others.
    expect(taken).toBeLessThanOrEqual(3 + 8);
  });

  it('tell of one contact alone what concerns it alone', async () => {
    const live = readers(async () => {});
    await sandbox.control('POST', '/faults', { route: 'GET /contacts/{contact_id}', status: 400, times: 1 });
    const answers = await live(contactIds.slice(0, 5), signal);
    expect(answers.filter((answer) => isDomainError(answer))).toHaveLength(1);
    expect(answers.filter((answer) => answer !== null && 'contactId' in answer)).toHaveLength(4);
  });

  it('end with their signal', async () => {
    const stop = new AbortController();
    const live = readers(async (_priority, budgetSignal) => {
      await systemClock.sleep(600_000, budgetSignal);
    });
    const reading = live(contactIds.slice(0, 20), stop.signal);
    stop.abort(new Error('the reader has left'));
    await expect(reading).rejects.toThrow('the reader has left');
  });
});
