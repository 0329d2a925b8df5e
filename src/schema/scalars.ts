import { GraphQLError, type ValueNode, valueFromASTUntyped } from 'graphql';
import { builder } from './builder.ts';

const RFC_3339 = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/;
/** Long enough for every address the API takes (80), short enough to index. */
const EMAIL_LIMIT = 254;
const EMAIL = /^[^\s@]+@[^\s@]+$/;

const refuse = (message: string) => new GraphQLError(message, { extensions: { code: 'INVALID_INPUT' } });

function parseDateTime(value: unknown): Date {
  const date = typeof value === 'string' && RFC_3339.test(value) ? new Date(value) : undefined;
  if (date === undefined || Number.isNaN(date.getTime()))
    throw refuse('A DateTime is written as in RFC 3339, for example "2026-01-31T08:00:00Z".');
  return date;
}

function parseEmailAddress(value: unknown): string {
  const address = typeof value === 'string' ? value.trim() : '';
  if (address.length > EMAIL_LIMIT || !EMAIL.test(address)) throw refuse('This is not an email address.');
  return address;
}

/** With one parameter: the compiled executor takes a second one for variables within a scalar's literal, and warns. */
const literal =
  <T>(parse: (value: unknown) => T) =>
  (node: ValueNode): T =>
    parse(valueFromASTUntyped(node));

builder.scalarType('DateTime', {
  description: 'A moment as in RFC 3339, answered in UTC: "2026-01-31T08:00:00.000Z".',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  serialize: (value) => value.toISOString(),
  parseValue: parseDateTime,
  parseLiteral: literal(parseDateTime),
});

builder.scalarType('EmailAddress', {
  description: 'An email address; upper and lower case do not matter.',
  serialize: (value) => value,
  parseValue: parseEmailAddress,
  parseLiteral: literal(parseEmailAddress),
});

builder.scalarType('JSON', {
  description: 'Any JSON value.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc8259',
  serialize: (value) => value,
  parseValue: (value) => value,
  parseLiteral: literal((value) => value),
});
