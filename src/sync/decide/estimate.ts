/** How far a run is, and how long it still takes. */
export interface Estimate {
  /** 0 to 100; null while nothing is known of the whole. */
  readonly percent: number | null;
  readonly etaSeconds: number | null;
}

export interface EstimateInput {
  readonly elapsedMs: number;
  /** Requests that this run has sent in that time. */
  readonly apiRequests: number;
  readonly rowsDone: number;
  readonly rowsTotal: number | null;
  readonly rowsPerRequest: number;
  /** Requests that the steps after this one are known to need. */
  readonly requestsAfter: number;
  /** The ceiling of the request budget. */
  readonly requestsPerSecond: number;
}

/**
 * Time goes with requests: what the run has needed per request so far, waits for the budget included, it will need for
 * those to come; never less than the budget allows.
 */
export function estimate(input: EstimateInput): Estimate {
  const { elapsedMs, apiRequests, rowsDone, rowsTotal, rowsPerRequest, requestsAfter, requestsPerSecond } = input;
  if (rowsTotal === null) return { percent: null, etaSeconds: null };
  const rowsLeft = Math.max(0, rowsTotal - rowsDone);
  const requestsLeft = Math.ceil(rowsLeft / rowsPerRequest) + requestsAfter;
  const slotSeconds = 1 / requestsPerSecond;
  const measuredSeconds = apiRequests > 0 ? elapsedMs / 1_000 / apiRequests : slotSeconds;
  const share = rowsTotal === 0 ? 1 : Math.min(1, rowsDone / rowsTotal);
  return {
    // 100 is what an ended run says of itself.
    percent: Math.min(99, Math.floor(share * 1_000) / 10),
    etaSeconds: Math.ceil(requestsLeft * Math.max(slotSeconds, measuredSeconds)),
  };
}
