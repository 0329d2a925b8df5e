import type { GatewayClient } from '../client/index.ts';
import { formatSeconds, formatTable, type Output, printable } from './output.ts';
import type { Page } from './read-commands.ts';

/** `csg plan`: what a push would send, batch by batch, and what it leaves out and why. Asks Constant Contact nothing. */
export async function showPlan(
  { client, output }: { client: GatewayClient; output: Output },
  { page, lists }: { page: Page; lists: readonly string[] },
): Promise<void> {
  const { pushPlan } = await client.pushPlan({
    ...page,
    lists: lists.length === 0 ? null : lists.map((name) => ({ name })),
  });
  const { batches, skipped, skippedCount, contactCount, apiRequests, etaSeconds, planHash, budget } = pushPlan;
  const count = (value: number) => value.toLocaleString('en-US');
  const sections = [
    contactCount === 0
      ? 'Nothing is pending that could be sent.'
      : `${count(contactCount)} contacts by ${count(apiRequests)} requests, in about ${formatSeconds(etaSeconds)}; ${count(budget.remainingToday)} requests are left today.`,
  ];
  if (batches.length > 0) {
    const rows = batches.map(({ kind, lists: to, contactCount: contacts, requests }) => [
      kind,
      count(contacts),
      count(requests),
      to.map(({ name }) => printable(name)).join(', '),
    ]);
    sections.push(formatTable(['BY', 'CONTACTS', 'REQUESTS', 'LISTS'], rows));
  }
  if (skippedCount > 0) {
    const rows = skipped.nodes.map(({ contact, subject, reason, message }) => [
      printable(contact?.email) || '-',
      subject,
      reason,
      printable(message),
    ]);
    sections.push(`Left out: ${count(skippedCount)}`, formatTable(['EMAIL', 'WHAT', 'REASON', 'WHY'], rows));
    if (skipped.pageInfo.hasNextPage) sections.push(`There are more: --after ${skipped.pageInfo.endCursor}`);
  }
  if (contactCount > 0) sections.push(`Send exactly this: csg sync --kind push --plan ${planHash}`);
  output.answer(pushPlan, sections.join('\n\n'));
}
