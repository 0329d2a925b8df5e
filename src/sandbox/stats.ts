export interface ImportRecord {
  readonly activity_id: string;
  /** Rows that the request carried. */
  readonly rows: number;
  /** Rows left after the silent cuts over 4 MB and 40,000. */
  readonly rows_taken: number;
  readonly list_ids: readonly string[];
}

/** What the clients of the API did, for tests to read. Control calls are not counted. */
export class Stats {
  requests = 0;
  throttled = 0;
  quotaExceeded = 0;
  maxInAnySecond = 0;
  readonly byRoute: Record<string, number> = {};
  readonly imports: ImportRecord[] = [];
  readonly #resubscribed = new Set<string>();
  /** Arrivals of the last second, oldest first from `#oldest` on. */
  #arrivals: number[] = [];
  #oldest = 0;

  /** Counts a request when it arrives, whatever becomes of it. @param atMs on a steady clock. */
  countArrival(route: string, atMs: number): void {
    this.requests += 1;
    this.countRoute(route);
    this.#arrivals.push(atMs);
    while ((this.#arrivals[this.#oldest] ?? atMs) <= atMs - 1_000) this.#oldest += 1;
    this.maxInAnySecond = Math.max(this.maxInAnySecond, this.#arrivals.length - this.#oldest);
    if (this.#oldest > 10_000) {
      this.#arrivals = this.#arrivals.slice(this.#oldest);
      this.#oldest = 0;
    }
  }

  /** Counts by route alone what does not share the API's limits: the authorization server, the webhook keys. */
  countRoute(route: string): void {
    this.byRoute[route] = (this.byRoute[route] ?? 0) + 1;
  }

  /** A person who had left was brought back by the client. */
  recordResubscribed(contactId: string): void {
    this.#resubscribed.add(contactId);
  }

  toJSON(): object {
    return {
      requests: this.requests,
      byRoute: this.byRoute,
      throttled: this.throttled,
      quotaExceeded: this.quotaExceeded,
      maxInAnySecond: this.maxInAnySecond,
      imports: this.imports,
      resubscribed: [...this.#resubscribed],
    };
  }
}
