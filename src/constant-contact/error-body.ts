import { z } from 'zod';

/** What an error answer says, whichever of the four shapes it has (API-FACTS section 8). */
export interface ErrorBody {
  readonly key: string | null;
  readonly message: string | null;
}

const text = z.string().optional().catch(undefined);
const errorObject = z.object({
  error_key: text,
  error_message: text,
  message: text,
  error: text,
  error_description: text,
});

/** Never throws: what cannot be read (an HTML page of a proxy, nothing at all) has neither key nor message. */
export function parseErrorBody(body: string): ErrorBody {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return { key: null, message: null };
  }
  const objects = (Array.isArray(parsed) ? parsed : [parsed]).flatMap((item) => {
    const decoded = errorObject.safeParse(item);
    return decoded.success ? [decoded.data] : [];
  });
  const messages = objects.flatMap((item) => item.error_message ?? item.error_description ?? item.message ?? []);
  const key = objects.map((item) => item.error_key ?? item.error).find((value) => value !== undefined);
  return { key: key ?? null, message: messages.length === 0 ? null : messages.join('; ') };
}
