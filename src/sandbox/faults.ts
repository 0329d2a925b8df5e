import { z } from 'zod';
import { Randomness } from './generator/randomness.ts';

export const faultSchema = z.strictObject({
  /** `GET /contacts`, `/contacts/{contact_id}`, `POST /activities/*`, `*`: method (optional) and path without `/v3`. */
  route: z.string().min(1),
  status: z.int().min(400).max(599).optional(),
  error_key: z.string().optional(),
  delayMs: z.int().min(0).max(600_000).optional(),
  /** Cuts the connection before the request is processed, or (`after`) once it is, so that only its answer is lost. */
  disconnect: z.union([z.boolean(), z.enum(['before', 'after'])]).optional(),
  /** With `after`, `status` is answered to a request that was processed all the same. */
  when: z.enum(['before', 'after']).optional(),
  /** Answers with broken JSON. */
  malformed: z.boolean().optional(),
  /** Makes the first contact of a page one that nobody can decode. */
  spoilRow: z.boolean().optional(),
  /** Announces the whole body, sends half and cuts the connection. */
  truncate: z.boolean().optional(),
  /** How many requests are hit before the fault goes away; without it, all. */
  times: z.int().min(1).optional(),
  probability: z.number().min(0).max(1).optional(),
});
export type Fault = z.infer<typeof faultSchema>;

/** Faults on demand. The first one that matches a request and wins its draw applies. */
export class Faults {
  #active: { readonly fault: Fault; readonly matches: (method: string, path: string) => boolean; left: number }[] = [];
  readonly #randomness: Randomness;

  constructor(seed: number) {
    this.#randomness = new Randomness(seed, 0xfa17);
  }

  add(fault: Fault): void {
    this.#active.push({ fault, matches: routeMatcher(fault.route), left: fault.times ?? Number.POSITIVE_INFINITY });
  }

  clear(): void {
    this.#active = [];
  }

  list(): Fault[] {
    return this.#active.map(({ fault }) => fault);
  }

  /** @param template the route's path with its parameters' names, where it is known */
  draw(method: string, path: string, template: string | undefined): Fault | undefined {
    for (const entry of this.#active) {
      if (!entry.matches(method, path) && !(template !== undefined && entry.matches(method, template))) continue;
      if (entry.fault.probability !== undefined && !this.#randomness.chance(entry.fault.probability)) continue;
      entry.left -= 1;
      if (entry.left <= 0) this.#active = this.#active.filter((other) => other !== entry);
      return entry.fault;
    }
    return undefined;
  }
}

function routeMatcher(route: string): (method: string, path: string) => boolean {
  const parts = route.trim().split(/\s+/);
  const method = parts.length > 1 ? parts[0]?.toUpperCase() : undefined;
  const path = (parts.at(-1) ?? '*').replace(/^\/v3(?=\/)/, '');
  const pattern = path
    .split(/(\*|\{[^}]*\})/)
    .map((part) => (part === '*' ? '.*' : part.startsWith('{') ? '[^/]+' : part.replaceAll(/[.+?^$()|[\]\\]/g, '\\$&')))
    .join('');
  const expression = new RegExp(`^${pattern}$`);
  return (calledMethod, calledPath) =>
    (method === undefined || method === '*' || method === calledMethod) && expression.test(calledPath);
}
