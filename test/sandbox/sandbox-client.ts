import { onTestFinished } from 'vitest';
import { type SandboxOptions, startSandbox } from '../../src/sandbox/server.ts';
import { createAnswerCheck } from './answer-check.ts';

/** JSON as it comes: tests look into answers whose shape the answer check has proved. */
// biome-ignore lint/suspicious/noExplicitAny: a test reads deep into documents that were validated a line before.
export type Json = any;

export interface Reply {
  readonly status: number;
  readonly body: Json;
  readonly headers: Headers;
}

export interface SandboxClient {
  readonly url: string;
  /** A call of the API with the sandbox's token; its answer is held against the definitions. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
  get(path: string): Promise<Reply>;
  /** A control call; throws where it is refused. */
  control(method: string, path: string, body?: unknown): Promise<Json>;
  /** Every contact of a walk through all pages. */
  walk(query: string): Promise<Json[]>;
  /** Follows an activity until it has ended. */
  activity(id: string): Promise<Json>;
}

const checkAnswer = createAnswerCheck();

/** A sandbox of its own for one test, unlimited unless told otherwise. */
export async function openSandbox(options: SandboxOptions = {}): Promise<SandboxClient> {
  const sandbox = await startSandbox({ contacts: 200, rateLimit: false, ...options });
  onTestFinished(() => sandbox.close());
  return connect(sandbox.url);
}

export function connect(url: string): SandboxClient {
  const client: SandboxClient = {
    url,
    async call(method, path, body, headers = {}) {
      const response = await send(`${url}/v3${path}`, method, body, { authorization: 'Bearer sandbox', ...headers });
      const reply = { status: response.status, body: await read(response), headers: response.headers };
      const isCsv = response.headers.get('content-type')?.startsWith('text/csv') === true;
      checkAnswer({
        method,
        path: path.replace(/\?.*/, ''),
        status: reply.status,
        body: isCsv ? String(reply.body) : reply.body,
      });
      return reply;
    },
    get: (path) => client.call('GET', path),
    async control(method, path, body) {
      const response = await send(`${url}/__sandbox${path}`, method, body, {});
      const answer = await read(response);
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
      return answer;
    },
    async walk(query) {
      const contacts: Json[] = [];
      let path: string | undefined = `/contacts?${query}`;
      while (path !== undefined) {
        const { status, body }: Reply = await client.get(path);
        if (status !== 200) throw new Error(`${path}: ${status}`);
        contacts.push(...body.contacts);
        path = body._links.next?.href.replace('/v3', '');
      }
      return contacts;
    },
    async activity(id) {
      return (await client.get(`/activities/${id}`)).body;
    },
  };
  return client;
}

function send(url: string, method: string, body: unknown, headers: Record<string, string>): Promise<Response> {
  if (body === undefined) return fetch(url, { method, headers });
  if (body instanceof FormData) return fetch(url, { method, headers, body });
  return fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

async function read(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === '') return undefined;
  return response.headers.get('content-type')?.startsWith('application/json') === true ? JSON.parse(text) : text;
}
