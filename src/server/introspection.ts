import {
  type ExecutionArgs,
  type GraphQLError,
  getOperationAST,
  getVariableValues,
  NoSchemaIntrospectionCustomRule,
  validate,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';

/** For a hidden schema. Looked at here, because no executor of ours can be told to leave its guesses out. */
export function refuseUnfitVariables(args: ExecutionArgs): readonly GraphQLError[] {
  const operation = getOperationAST(args.document, args.operationName);
  const definitions = operation?.variableDefinitions ?? [];
  const given = args.variableValues ?? {};
  return getVariableValues(args.schema, definitions, given, { hideSuggestions: true, maxErrors: 50 }).errors ?? [];
}

/**
 * Keeps the schema to those who have it already: no introspection, and no word of what a wrong name may have meant, over
 * whichever transport.
 */
export function useHiddenSchema(): Plugin {
  return {
    onValidate({ addValidationRule, setValidationFn }) {
      addValidationRule(NoSchemaIntrospectionCustomRule);
      setValidationFn((schema, document, rules, options) =>
        validate(schema, document, rules, { ...options, hideSuggestions: true }),
      );
    },
  };
}
