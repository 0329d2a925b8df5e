import {
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { DEFAULT_PAGE_SIZE } from './page-request.ts';

/** A list that has no size to ask for: of a contact, at most 50 lists, 25 fields, 3 phone numbers; most have few. */
const PLAIN_LIST_SIZE = 5;
/** Each is a request to Constant Contact, which takes four a second. */
const LIVE_COST = 100;
const LIVE_FIELDS = new Set(['live', 'webhookSubscriptions', 'subscribeWebhookTopic', 'unsubscribeWebhookTopic']);
/** Counts what it does not read. */
const TOTAL_COUNT_COST = 20;

type Given = Readonly<Record<string, unknown>>;
export type FieldCost = { readonly field: number; readonly multiplier: number };

/**
 * Says what each field costs, as `@pothos/plugin-complexity` reads it: an object 1, its scalars nothing, and what is below
 * a list as often as the list is long. So the cost of an operation is about how many objects it may answer.
 */
export function setFieldCosts(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      field.extensions = { ...field.extensions, complexity: costOf(type, field) };
    }
  }
}

function costOf(
  type: GraphQLObjectType,
  field: GraphQLField<unknown, unknown>,
): FieldCost | ((given: Given) => FieldCost) {
  if (field.name === 'totalCount' || field.name === 'contactCounts') return { field: TOTAL_COUNT_COST, multiplier: 1 };
  if (isLeafType(getNamedType(field.type)) || field.name === 'pageInfo') return { field: 0, multiplier: 0 };
  if (LIVE_FIELDS.has(field.name)) return { field: LIVE_COST, multiplier: 1 };
  // The connection itself was counted by its size.
  if (type.name.endsWith('Connection')) return { field: 0, multiplier: 1 };
  if (type.name.endsWith('Edge')) return { field: 1, multiplier: 1 };
  const takes = (name: string) => field.args.some((argument) => argument.name === name);
  if (takes('first')) {
    return ({ first, last, ...given }) => {
      const size = sizeOf(first) ?? sizeOf(last) ?? DEFAULT_PAGE_SIZE;
      return { field: 1 + size + liveCost(given), multiplier: size };
    };
  }
  if (takes('days')) return ({ days }) => ({ field: 1 + Number(days), multiplier: Number(days) });
  if (takes('maxApiRequests')) return (given) => ({ field: 1 + liveCost(given), multiplier: 1 });
  if (takes('ids')) return ({ ids }) => (Array.isArray(ids) ? { field: ids.length, multiplier: ids.length } : ONE);
  const outer = isNonNullType(field.type) ? field.type.ofType : field.type;
  return isListType(outer) ? { field: PLAIN_LIST_SIZE, multiplier: PLAIN_LIST_SIZE } : ONE;
}

/** Of a comparison that the caller lets cost so many requests. */
function liveCost({ source, maxApiRequests }: Given): number {
  return source === 'LIVE' ? LIVE_COST * (sizeOf(maxApiRequests) ?? 1) : 0;
}

const ONE: FieldCost = { field: 1, multiplier: 1 };

function sizeOf(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 ? value : undefined;
}
