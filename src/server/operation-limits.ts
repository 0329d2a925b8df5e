import { maxAliasesPlugin } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthPlugin } from '@escape.tech/graphql-armor-max-depth';
import { maxDirectivesPlugin } from '@escape.tech/graphql-armor-max-directives';
import { maxTokensPlugin } from '@escape.tech/graphql-armor-max-tokens';
import { complexityFromQuery } from '@pothos/plugin-complexity';
import { type DocumentNode, type ExecutionArgs, GraphQLError, Kind } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { OperationContext } from './operation-context.ts';

/** The deepest way through the schema that makes sense has eleven fields. */
const MOST_DEPTH = 14;
const MOST_ALIASES = 50;
const MOST_DIRECTIVES = 50;
export const MOST_TOKENS = 2_000;
/** About as many objects as an operation may answer: twice a full page of contacts with everything of theirs. */
const MOST_COST = 50_000;
/** Costs that are remembered of one document, by its variables. */
const REMEMBERED_COSTS = 50;
const LONGEST_KEY = 500;

/** Looks at an operation that is about to be executed: the errors that it is answered with instead; none where it may be. */
export type Refuse = (args: ExecutionArgs) => readonly GraphQLError[];

/** For queries and mutations; subscriptions are looked at where they begin. */
export function useRefusals(refusals: readonly Refuse[]): Plugin {
  return {
    onExecute({ args, setResultAndStopExecution }) {
      const errors = refusals.flatMap((refuse) => refuse(args));
      if (errors.length > 0) setResultAndStopExecution({ errors });
    },
  };
}

/** What a document may be at most, whoever sends it. */
export function documentLimits(): Plugin<OperationContext>[] {
  const known = { propagateOnRejection: true, exposeLimits: true };
  return [
    maxTokensPlugin({ n: MOST_TOKENS, ...known }),
    maxDepthPlugin({ n: MOST_DEPTH, ...known }),
    maxAliasesPlugin({ n: MOST_ALIASES, ...known }),
    maxDirectivesPlugin({ n: MOST_DIRECTIVES, ...known }),
  ];
}

/** What an operation may cost at most, by its document and variables: told before anything of it is done. */
export function createCostLimit(): Refuse {
  const remembered = new WeakMap<DocumentNode, Map<string, number>>();

  function costOf(args: ExecutionArgs, key: string): number {
    const { document } = args;
    let costs = remembered.get(document);
    const cost = costs?.get(key);
    if (cost !== undefined) return cost;
    const computed = computeCost(args);
    if (key.length > LONGEST_KEY) return computed;
    if (costs === undefined || costs.size >= REMEMBERED_COSTS) {
      costs = new Map();
      remembered.set(document, costs);
    }
    costs.set(key, computed);
    return computed;
  }

  return (given) => {
    const args = { ...given, variableValues: withoutObjectLists(given.variableValues ?? {}) };
    const key = keyOf(args);
    if (key === null) {
      return [new GraphQLError('The variables are nested too deeply.', { extensions: { code: 'INVALID_INPUT' } })];
    }
    const cost = costOf(args, key);
    if (cost <= MOST_COST) return [];
    return [
      new GraphQLError(
        `This operation may answer some ${cost} objects; ${MOST_COST} are allowed. Ask for smaller pages.`,
        { extensions: { code: 'OPERATION_TOO_COSTLY' } },
      ),
    ];
  };
}

/** Of no list of objects does the cost depend, and there may be a thousand of them: they are read by the executor alone. */
function withoutObjectLists(variables: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const isObjectList = (value: unknown) => Array.isArray(value) && typeof value[0] === 'object' && value[0] !== null;
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, isObjectList(value) ? [] : value]));
}

/** Null for variables within variables, without end: no stack is high enough to write them. */
function keyOf({ operationName, variableValues }: ExecutionArgs): string | null {
  try {
    return JSON.stringify([operationName, variableValues]);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** Of the operation that is to be executed. Zero for one that cannot be: the executor says what is wrong with it. */
function computeCost({ document, operationName, schema, variableValues }: ExecutionArgs): number {
  const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  const operation = operations.find(
    (definition) => definition.kind === Kind.OPERATION_DEFINITION && definition.name?.value === operationName,
  );
  const chosen = operation ?? operations[0];
  if (chosen === undefined) return 0;
  const fragments = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  try {
    const single: DocumentNode = { ...document, definitions: [chosen, ...fragments] };
    return complexityFromQuery(single, { schema, variables: { ...variableValues } }).complexity;
  } catch (error) {
    // Variables that are missing or of the wrong type: nothing of it will be executed.
    if (error instanceof GraphQLError) return 0;
    throw error;
  }
}
