import {
  astFromValue,
  type GraphQLArgument,
  type GraphQLEnumType,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type GraphQLType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isScalarType,
  isSpecifiedScalarType,
  isUnionType,
  print,
} from 'graphql';
import { code, generatedPage, table } from './markdown.ts';

const FROM = 'the schema in src/schema/';
const TYPES_PAGE = 'graphql-types.md';

function linkType(type: GraphQLType): string {
  const named = getNamedType(type);
  const text = code(String(type));
  return isSpecifiedScalarType(named) ? text : `[${text}](${TYPES_PAGE}#${named.name.toLowerCase()})`;
}

function described({ description, deprecationReason }: GraphQLField<unknown, unknown> | Input): string {
  const deprecated = deprecationReason ? [`**Deprecated:** ${deprecationReason}`] : [];
  return [...deprecated, ...(description ? [description] : [])].join(' ');
}

type Input = GraphQLArgument | GraphQLInputField;

function defaultOf({ defaultValue, type }: Input): string {
  const value = defaultValue === undefined ? null : astFromValue(defaultValue, type);
  return value ? code(print(value)) : '';
}

const inputsTable = (of: string, inputs: readonly Input[]) =>
  table(
    [of, 'type', 'default', 'meaning'],
    inputs.map((input) => [code(input.name), linkType(input.type), defaultOf(input), described(input)]),
  );

const argumentOf = (argument: Input) => `${argument.name}: ${argument.type}`;

function fieldRow(field: GraphQLField<unknown, unknown>): string[] {
  const given = field.args.length === 0 ? '' : `(${field.args.map(argumentOf).join(', ')})`;
  return [code(`${field.name}${given}`), linkType(field.type), described(field)];
}

function operationSection(field: GraphQLField<unknown, unknown>): string {
  const parts = [`### ${field.name}`, described(field), `Answers ${linkType(field.type)}.`];
  if (field.args.length > 0) parts.push(inputsTable('argument', field.args));
  return parts.join('\n\n');
}

const ROOTS = [
  ['Queries', 'getQueryType'],
  ['Mutations', 'getMutationType'],
  ['Subscriptions', 'getSubscriptionType'],
] as const;

/** All root fields: what can be asked, done and followed. */
export function operationsReference(schema: GraphQLSchema): string {
  const body = ROOTS.flatMap(([title, getType]) => {
    const type = schema[getType]();
    const fields = Object.values(type?.getFields() ?? {});
    const index = fields.map(({ name }) => `[${code(name)}](#${name.toLowerCase()})`).join(' · ');
    return [`## ${title}`, type?.description ?? '', index, ...fields.map(operationSection)];
  });
  return generatedPage({
    title: 'GraphQL operations',
    from: FROM,
    body: [
      `All root fields of the schema, at \`/graphql\`; the [types](${TYPES_PAGE}) stand on a page of their own. GraphiQL, at the same address in a browser, shows the same beside an editor.`,
      ...body,
    ],
  });
}

function enumTable(type: GraphQLEnumType): string {
  return table(
    ['value', 'meaning'],
    type.getValues().map(({ name, description }) => [code(name), description ?? '']),
  );
}

function detailsOf(type: GraphQLNamedType, schema: GraphQLSchema): string[] {
  if (isEnumType(type)) return [enumTable(type)];
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields());
    return [...(type.isOneOf ? ['Exactly one of these is given:'] : []), inputsTable('field', fields)];
  }
  if (isUnionType(type)) return [`One of ${type.getTypes().map(linkType).join(', ')}.`];
  if (isScalarType(type)) return [];
  const fields = Object.values(type.getFields());
  const others = isInterfaceType(type)
    ? [`Implemented by ${schema.getPossibleTypes(type).map(linkType).join(', ')}.`]
    : type.getInterfaces().map((face) => `Implements ${linkType(face)}.`);
  return [...others, table(['field', 'type', 'meaning'], fields.map(fieldRow))];
}

function groupOf(type: GraphQLNamedType): string {
  if (/(Connection|Edge)$|^PageInfo$/.test(type.name)) return 'Pages';
  if (isEnumType(type)) return 'Enumerations';
  if (isInputObjectType(type)) return 'Inputs';
  if (isUnionType(type)) return 'Unions';
  if (isInterfaceType(type)) return 'Interfaces';
  if (isScalarType(type)) return 'Scalars';
  return type.getInterfaces().some(({ name }) => name === 'UserError') ? 'Errors' : 'Objects';
}

const GROUPS = ['Objects', 'Inputs', 'Enumerations', 'Unions', 'Errors', 'Interfaces', 'Scalars', 'Pages'];

/** All types but the roots. */
export function typesReference(schema: GraphQLSchema): string {
  const roots = new Set<GraphQLNamedType | null | undefined>(ROOTS.map(([, getType]) => schema[getType]()));
  const types = Object.values(schema.getTypeMap()).filter(
    (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type) && !roots.has(type),
  );
  const body = GROUPS.flatMap((title) => {
    const members = types.filter((type) => groupOf(type) === title);
    return [
      `## ${title}`,
      members.map(({ name }) => `[${code(name)}](#${name.toLowerCase()})`).join(' · '),
      ...members.flatMap((type) => [`### ${type.name}`, type.description ?? '', ...detailsOf(type, schema)]),
    ];
  });
  return generatedPage({
    title: 'GraphQL types',
    from: FROM,
    body: ['What the [operations](graphql.md) take and answer.', ...body],
  });
}
