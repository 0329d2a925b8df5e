import { type ExecutionArgs, GraphQLError } from 'graphql';
import type { YogaServerInstance } from 'graphql-yoga';
import type { OperationType } from './metrics.ts';
import type { OperationContext } from './operation-context.ts';
import type { OperationList } from './operation-list.ts';
import { operationOf } from './operation-plugins.ts';

/** As they came, decoded from JSON. */
export interface OperationParams {
  readonly query?: string | null | undefined;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  readonly extensions?: unknown;
}

/** Parsed, and found valid. */
export interface PreparedOperation {
  readonly type: OperationType;
  readonly args: ExecutionArgs;
}

/** For transports that are not Yoga's; answers what is wrong with the operation where it is not valid. */
export type PrepareOperation = (params: OperationParams) => PreparedOperation | readonly GraphQLError[];

export function createPrepareOperation(
  yoga: YogaServerInstance<OperationContext, object>,
  operations: OperationList,
): PrepareOperation {
  return (params) => {
    const { schema, parse, validate } = yoga.getEnveloped();
    try {
      // Yoga's parser wants a text: an id comes with an empty one.
      const document = parse(operations.textOf(params) ?? '');
      const errors = validate(schema, document);
      if (errors.length > 0) return errors;
      const operationName = params.operationName ?? undefined;
      const variableValues = params.variables ?? undefined;
      const { type } = operationOf(document, operationName);
      return { type, args: { schema, document, operationName, variableValues } };
    } catch (error) {
      if (error instanceof GraphQLError) return [error];
      throw error;
    }
  };
}
