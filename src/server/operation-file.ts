import { readFile } from 'node:fs/promises';
import { GraphQLError, type GraphQLSchema, parse, validate } from 'graphql';
import { z } from 'zod';
import { DomainError } from '../domain-error.ts';
import { isSingleOperation, type OperationManifest } from './operation-list.ts';

const manifestSchema = z.record(z.string().min(1).max(128), z.string());

function problemOf(text: string, schema: GraphQLSchema): string | null {
  try {
    const document = parse(text);
    if (!isSingleOperation(document)) return 'is not one operation';
    return validate(schema, document)[0]?.message ?? null;
  } catch (error) {
    if (error instanceof GraphQLError) return error.message;
    throw error;
  }
}

/**
 * Reads the operations of one's own front ends: a JSON object of ids and texts.
 * @throws DomainError CONFIG_INVALID with all problems, one a line, by id
 */
export async function readOperationFile(path: string, schema: GraphQLSchema): Promise<OperationManifest> {
  const invalid = (problem: string, cause?: unknown) =>
    new DomainError('CONFIG_INVALID', `PERSISTED_OPERATIONS_FILE: ${problem}`, { cause });
  let content: unknown;
  try {
    content = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw invalid('cannot be read as a file of JSON.', error);
  }
  const { success, data } = manifestSchema.safeParse(content);
  if (!success) throw invalid('must hold an object of ids and texts: {"id": "query { ... }"}.');
  const problems = Object.entries(data).flatMap(([id, text]) => {
    const problem = problemOf(text, schema);
    return problem === null ? [] : [`  ${id}: ${problem}`];
  });
  if (problems.length > 0) throw invalid(`holds operations that are not of this schema:\n${problems.join('\n')}`);
  return data;
}
