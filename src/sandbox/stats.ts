export interface ImportRecord {
  readonly activity_id: string;
  /** Rows that the request carried. */
  readonly rows: number;
  /** Rows left after the silent cuts over 4 MB and 40,000. */
  readonly rows_taken: number;
  readonly list_ids: readonly string[];
}

/** A client's write that brought back somebody who had left; or a contact that was deleted. */
export interface ReturnRecord {
  readonly contact_id: string;
  /** The person had unsubscribed. */
  readonly subscribed: boolean;
  /** Lists that the person had left, or was taken off by the owner. */
  readonly list_ids: readonly string[];
  readonly revived: boolean;
}

/** What the clients of the API did, for tests to read. Control calls are not counted. */
export class Stats {
  requests = 0;
  throttled = 0;
  quotaExceeded = 0;
  maxInAnySecond = 0;
  readonly byRoute: Record<string, number> = {};
  readonly imports: ImportRecord[] = [];
  /** Each return by itself, in order. */
  readonly returns: ReturnRecord[] = [];
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

  /** Somebody was brought back by the client. */
  recordReturn(record: ReturnRecord): void {
    this.returns.push(record);
    if (record.subscribed || record.list_ids.length > 0) this.#resubscribed.add(record.contact_id);
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
      returns: this.returns,
    };
  }
}
