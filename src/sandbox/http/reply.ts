import type { ServerResponse } from 'node:http';
import type { ApiResponse } from './route.ts';

/** How an answer is spoiled on purpose. */
export type Spoiling = 'malformed' | 'row' | 'truncated' | undefined;

/** Sends an answer: JSON unless it is a string already. */
export function reply(response: ServerResponse, answer: ApiResponse, spoiling: Spoiling): void {
  const headers: Record<string, string | number> = { ...answer.headers };
  if (answer.body === undefined) {
    response.writeHead(answer.status, headers).end();
    return;
  }
  let text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
  if (spoiling === 'row') text = text.replace('"list_memberships":[', '"list_memberships":[{},');
  if (spoiling === 'malformed') text = `${text.slice(0, Math.ceil(text.length / 2))}"}`;
  const bytes = Buffer.from(text, 'utf8');
  headers['content-type'] ??= answer.contentType ?? 'application/json;charset=UTF-8';
  headers['content-length'] = bytes.length;
  response.writeHead(answer.status, headers);
  if (spoiling !== 'truncated') {
    response.end(bytes);
    return;
  }
  response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy());
}
