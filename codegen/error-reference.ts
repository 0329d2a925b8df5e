import { ERROR_CATALOGUE, type ErrorEntry, TRANSPORT_ERRORS } from '../src/error-catalogue.ts';
import { REFUSAL_MESSAGES } from '../src/sync/decide/refusals.ts';
import { code, generatedPage, table } from './markdown.ts';

const entryOf = ([name, { happened, why, todo }]: [string, ErrorEntry]) =>
  `### ${name}\n\n${happened}\n\n**Why:** ${why}\n\n**What to do:** ${todo}`;

export function errorReference(): string {
  return generatedPage({
    title: 'Errors',
    from: 'src/error-catalogue.ts and src/sync/decide/refusals.ts',
    body: [
      'By their codes. A code stands in `extensions.code` of a GraphQL error, in `code` of a named error that a mutation answers, in `SyncRun.error.code`, and in what the command line and the log say.',
      '## Of the gateway',
      ...Object.entries(ERROR_CATALOGUE).map(entryOf),
      '## Of GraphQL and HTTP',
      ...Object.entries(TRANSPORT_ERRORS).map(entryOf),
      '## Why local work is not sent',
      'A push leaves out what must not or cannot go to Constant Contact. The reason stands in `Contact.refusals` and in `pushPlan.skipped`:',
      table(
        ['reason', 'meaning'],
        Object.entries(REFUSAL_MESSAGES).map(([reason, message]) => [code(reason), message]),
      ),
    ],
  });
}
