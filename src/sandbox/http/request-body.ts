import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { invalid, tooLarge, unsupportedMediaType } from './api-error.ts';
import type { ApiRequest } from './route.ts';

/** Reads a whole body; refuses with 413 what is longer, without keeping it. */
export async function readBody(message: IncomingMessage, limitBytes: number): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of message) {
    if (!Buffer.isBuffer(chunk)) continue;
    sizeBytes += chunk.length;
    if (sizeBytes <= limitBytes) chunks.push(chunk);
  }
  if (sizeBytes > limitBytes) throw tooLarge();
  return Buffer.concat(chunks);
}

/** The body as JSON, whatever is in it: 415 without the JSON media type, 400 for broken JSON. */
export function parseJson(request: ApiRequest): unknown {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') throw unsupportedMediaType();
  return parseText(request);
}

function parseText(request: ApiRequest): unknown {
  try {
    return JSON.parse(request.body.toString('utf8'));
  } catch (cause) {
    const error = invalid('The JSON request body is malformed.');
    error.cause = cause;
    throw error;
  }
}

/** The body in its documented shape; otherwise 400 with every problem. */
export function parseBody<T>(schema: z.ZodType<T>, request: ApiRequest): T {
  return parseShape(schema, parseJson(request));
}

/** The same for the control API, which takes JSON as any media type: `curl -d` names another. */
export function parseControlBody<T>(schema: z.ZodType<T>, request: ApiRequest): T {
  return parseShape(schema, parseText(request));
}

export function parseShape<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalid(
    ...result.error.issues.map(
      (issue) => `${issue.path.length === 0 ? 'body' : issue.path.join('.')}: ${issue.message}`,
    ),
  );
}

/** A 36-character id in any case. */
export const idSchema = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i, 'is in an invalid format.')
  .transform((id) => id.toLowerCase());
