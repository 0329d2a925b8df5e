import { expect, test } from 'vitest';
import { redactText } from '../../src/logger.ts';

test.each([
  ['No mail to jane.doe+x@example.com.', 'No mail to [email]'],
  ['<jane@example.com>, "bo@mail.example.org"', '<[email]>, "[email]"'],
  ['a@@b.example and @example.com', 'a@@b.example and @example.com'],
  ['connect mongodb://root:hunter2@db.example.com/x', 'connect mongodb://root:[email]'],
  ['authorization: Bearer abc.def', 'authorization: Bearer [redacted]'],
  ['authorization: Bearer ...abc', 'authorization: Bearer [redacted]'],
  ['Send a key as `Authorization: Bearer ...`.', 'Send a key as `Authorization: Bearer ...`.'],
  ['at file:///srv/node_modules/@envelop/core.js:1:2', 'at file:///srv/node_modules/@envelop/core.js:1:2'],
])('%s is told without what nobody may know', (text, told) => {
  expect(redactText(text)).toBe(told);
});

test('a text without end is done in one walk', () => {
  for (const text of ['a'.repeat(1_000_000), `a@${'b'.repeat(1_000_000)}`, '@a'.repeat(500_000)])
    expect(redactText(text)).toBe(text);
});
