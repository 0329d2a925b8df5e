import { existsSync, readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import { parse } from 'yaml';
import { z } from 'zod';
import { DEFINITIONS, REFUSAL, REFUSALS } from './definitions.ts';

const PUBLISHED = new URL('../../../shared/constant-contact/openapi-subset.yml', import.meta.url);

const specSchema = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  definitions: z.record(z.string(), z.unknown()),
});
const operationSchema = z.object({
  responses: z.record(z.string(), z.object({ schema: z.object({ $ref: z.string() }).optional() })),
});

const FORMATS = {
  uuid: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
  'date-time': /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/,
  date: /^\d{4}-\d{2}-\d{2}$/,
};

export interface Answer {
  readonly method: string;
  /** Without `/v3` and query. */
  readonly path: string;
  readonly status: number;
  readonly body: unknown;
}

/** Holds answers against our own definitions, and against the published ones where their file is at hand. Throws on the first difference. */
export type AnswerCheck = (answer: Answer) => void;

export const isPublishedSpecPresent = existsSync(PUBLISHED);

export function createAnswerCheck(): AnswerCheck {
  const own = new Ajv({ allErrors: true, formats: FORMATS });
  const ownValidators = new Map(Object.entries(DEFINITIONS).map(([route, schema]) => [route, own.compile(schema)]));
  const refusals = new Map(Object.entries(REFUSALS).map(([status, schema]) => [Number(status), own.compile(schema)]));
  const refusal = own.compile(REFUSAL);
  const published = isPublishedSpecPresent ? publishedValidators() : undefined;

  return (answer) => {
    const { method, path, status, body } = answer;
    if (status >= 400) {
      assertValid(refusals.get(status) ?? refusal, answer, 'our refusals');
      return;
    }
    const route = [...ownValidators.keys()].find((candidate) => matches(candidate, method, path));
    const validator = route === undefined ? undefined : ownValidators.get(route);
    if (validator !== undefined) assertValid(validator, answer, 'our definitions');
    if (published === undefined) return;
    const operation = published.find((candidate) => matches(candidate.route, method, path));
    if (operation === undefined) throw new Error(`${method} ${path} is not in the published spec`);
    const documented = operation.byStatus.get(status);
    if (documented === undefined) throw new Error(`${operation.route} does not document ${status}`);
    if (documented !== 'no body') assertValid(documented, answer, 'the published spec');
    else if (status === 204 && body !== undefined) throw new Error(`${operation.route} answers 204 with a body`);
  };
}

function publishedValidators() {
  const spec = specSchema.parse(parse(readFileSync(PUBLISHED, 'utf8')));
  const ajv = new Ajv({ allErrors: true, formats: { ...FORMATS, int32: true, float: true }, strict: false });
  ajv.addSchema({ $id: 'spec', definitions: spec.definitions });
  return Object.entries(spec.paths)
    .flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, operation]) => {
        const byStatus = new Map<number, ValidateFunction | 'no body'>();
        for (const [status, { schema }] of Object.entries(operationSchema.parse(operation).responses)) {
          byStatus.set(Number(status), schema === undefined ? 'no body' : ajv.compile({ $ref: `spec${schema.$ref}` }));
        }
        return { route: `${method.toUpperCase()} ${path}`, byStatus };
      }),
    )
    .sort((one, other) => parameters(one.route) - parameters(other.route));
}

function parameters(route: string): number {
  return route.split('{').length;
}

function matches(route: string, method: string, path: string): boolean {
  const [routeMethod, template = ''] = route.split(' ');
  if (routeMethod !== method) return false;
  const segments = template.split('/');
  const parts = path.split('/');
  const isFixed = (segment: string) => !segment.startsWith('{');
  return (
    segments.length === parts.length &&
    segments.every((segment, position) => (isFixed(segment) ? segment === parts[position] : isId(parts[position])))
  );
}

function isId(part: string | undefined): boolean {
  return part !== undefined && /\d/.test(part);
}

function assertValid(validate: ValidateFunction, { method, path, status, body }: Answer, by: string): void {
  if (validate(body)) return;
  const problems = (validate.errors ?? []).slice(0, 5).map((error) => `${error.instancePath} ${error.message}`);
  throw new Error(
    `${method} ${path} ${status} breaks ${by}: ${problems.join('; ')}\n${JSON.stringify(body).slice(0, 500)}`,
  );
}
