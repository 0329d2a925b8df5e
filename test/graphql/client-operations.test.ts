import { parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import * as generated from '../../src/client/generated.ts';
import { createSchema } from '../../src/schema/schema.ts';

const schema = createSchema();

/** The texts of operations as the client sends them, fragments included. */
const operations = Object.entries(generated).flatMap(([name, text]) =>
  name.endsWith('Document') && typeof text === 'string' ? [[name, text] as const] : [],
);

test('each operation of the client is valid as it is sent', () => {
  expect(operations.length).toBeGreaterThan(30);
  // A fragment that is reached in two ways stands in the text twice: only a look at the whole text shows it.
  for (const [name, text] of operations) expect(validate(schema, parse(text)), name).toEqual([]);
});
