import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LocalInput, parseLocalInput } from '../../src/sync/decide/local-input.ts';
import { CUSTOM_FIELDS } from './contacts.ts';

const customFields = new Map(CUSTOM_FIELDS.map((field) => [field.customFieldId, field]));
const parse = (input: LocalInput) => parseLocalInput(input, { customFields });
const paths = (input: LocalInput) => parse(input).problems.map(({ path }) => path.join('.'));

describe('local input', () => {
  it('is normalised: trimmed, blank as cleared, dates in one form', () => {
    const { values, problems } = parse({
      email: ' Ann@Example.com ',
      firstName: '  ',
      lastName: null,
      birthday: '2/29',
      anniversary: '11/5/2006',
      phoneNumbers: [{ number: ' 555 ', kind: 'HOME' }],
      streetAddresses: [{ kind: 'work', city: 'Boston' }],
      customFields: [
        { customFieldId: 'cf-1', value: ' red ' },
        { customFieldId: 'cf-3', choiceIds: ['1', '1'] },
      ],
    });
    expect(problems).toEqual([]);
    expect(values).toEqual({
      email: 'Ann@Example.com',
      firstName: null,
      lastName: null,
      birthday: { month: 2, day: 29 },
      anniversary: '2006-11-05',
      phoneNumbers: [{ number: '555', kind: 'home' }],
      streetAddresses: [{ kind: 'work', street: null, city: 'Boston', state: null, postalCode: null, country: null }],
      'customField:cf-1': { customFieldId: 'cf-1', value: 'red', choiceIds: [] },
      'customField:cf-3': { customFieldId: 'cf-3', value: null, choiceIds: ['1'] },
    });
  });

  it('changes only what is given', () => {
    expect(parse({ firstName: 'Ann' }).values).toEqual({ firstName: 'Ann' });
    expect(parse({}).values).toEqual({});
  });

  it.each(['01/02/2006', '1/2/2006', '2006/01/02', '2006/1/2', '2006-01-02', '2006-1-2', '1-2-2006', '01-02-2006'])(
    'takes the anniversary %s as the API does',
    (anniversary) => {
      expect(parse({ anniversary })).toEqual({ values: { anniversary: '2006-01-02' }, problems: [] });
    },
  );

  it.each(['2006-02-29', '02/30/2006', '2006-13-01', '2006-1/2', 'yesterday', '0000-01-01'])(
    'refuses the anniversary %s',
    (anniversary) => {
      expect(paths({ anniversary })).toEqual(['anniversary']);
    },
  );

  it.each([{ month: 2, day: 30 }, { month: 13, day: 1 }, { month: 1.5, day: 1 }, '4-31', 'May 1'])(
    'refuses the birthday %j',
    (birthday) => {
      expect(paths({ birthday })).toEqual(['birthday']);
    },
  );

  it.each([
    'ann',
    'ann@',
    '@example.com',
    'ann@example',
    'a b@example.com',
    'ann@@example.com',
    'ann@example..com',
    `${'x'.repeat(70)}@example.com`,
  ])('refuses the address %s', (email) => {
    expect(paths({ email })).toEqual(['email']);
  });

  it('does not let an address be taken away', () => {
    expect(paths({ email: null })).toEqual(['email']);
    expect(paths({ email: '  ' })).toEqual(['email']);
  });

  it.each([
    ['NUL', 'a\u0000b'],
    ['a line break', 'a\nb'],
    ['a C1 control', 'a\u0085b'],
    ['a lone high surrogate', 'a\ud83d'],
    ['a lone low surrogate', '\udc69b'],
  ])('refuses %s', (_, firstName) => {
    expect(paths({ firstName })).toEqual(['firstName']);
  });

  it.each(['👩‍🚀', 'שלום', 'Zoë', 'Zoe\u0308', '山田'])('takes the name %s as it is', (firstName) => {
    expect(parse({ firstName })).toEqual({ values: { firstName }, problems: [] });
  });

  it('takes line breaks in a text area, and nowhere else', () => {
    expect(paths({ customFields: [{ customFieldId: 'cf-2', value: 'a\r\nb' }] })).toEqual([]);
    expect(paths({ customFields: [{ customFieldId: 'cf-1', value: 'a\nb' }] })).toEqual(['customFields.0.value']);
  });

  it('tells all problems at once, each with its path', () => {
    const phone = { number: '555', kind: 'home' };
    expect(
      paths({
        firstName: 'x'.repeat(51),
        companyName: 'x'.repeat(50),
        birthday: '13-1',
        phoneNumbers: [phone, { number: 'x', kind: 'fax' }, phone, phone],
        streetAddresses: [{ kind: 'home' }, { kind: 'home', street: 'x'.repeat(256), city: 'x'.repeat(51) }],
        customFields: [
          { customFieldId: 'nope', value: 'x' },
          { customFieldId: 'cf-1', value: 'x'.repeat(256) },
          { customFieldId: 'cf-1', value: 'x' },
          { customFieldId: 'cf-3', value: 'S' },
          { customFieldId: 'cf-3', choiceIds: ['1', '9'] },
        ],
      }),
    ).toEqual([
      'firstName',
      'birthday',
      'phoneNumbers',
      'phoneNumbers.1.number',
      'phoneNumbers.1.kind',
      'streetAddresses.0',
      'streetAddresses.1.street',
      'streetAddresses.1.city',
      'customFields.0.customFieldId',
      'customFields.1.value',
      'customFields.2.customFieldId',
      'customFields.3.value',
      'customFields.4.customFieldId',
      'customFields.4.choiceIds',
      'customFields.4.choiceIds',
    ]);
  });

  it('never fails, and what it answers passes again unchanged', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('Ann', '', null));
    const input: fc.Arbitrary<LocalInput> = fc.record(
      {
        email: fc.oneof(fc.emailAddress(), text),
        firstName: text,
        birthday: fc.oneof(fc.constantFrom('1-31', '--02-29'), text),
        anniversary: fc.oneof(fc.constantFrom('1/2/2006', '2024-02-29'), text),
        phoneNumbers: fc.array(
          fc.record({
            number: fc.oneof(fc.constant('555'), fc.string()),
            kind: fc.constantFrom('home', 'Work', 'fax'),
          }),
        ),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(input, (given) => {
        const { values, problems } = parse(given);
        if (problems.length > 0) return;
        expect(parse(values as LocalInput)).toEqual({ values, problems: [] });
      }),
    );
  });
});
