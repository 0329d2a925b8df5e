export interface Verdict {
  readonly allowed: boolean;
  readonly reason?: 'throttled' | 'quota_exceeded';
}

/** 4 requests in any second and 10,000 in a UTC day, for the whole application. Refused requests use up neither. */
export class RequestLimit {
  enabled: boolean;
  readonly #now: () => Date;
  readonly #perSecond = 4;
  readonly #perDay = 10_000;
  #recent: number[] = [];
  #day = '';
  #usedToday = 0;

  constructor({ enabled, now }: { enabled: boolean; now: () => Date }) {
    this.enabled = enabled;
    this.#now = now;
  }

  get usedToday(): number {
    this.#turnDay();
    return this.#usedToday;
  }

  set usedToday(count: number) {
    this.#turnDay();
    this.#usedToday = count;
  }

  /** @param arrivedAtMs on a steady clock. */
  admit(arrivedAtMs: number): Verdict {
    this.#turnDay();
    if (!this.enabled) {
      this.#usedToday += 1;
      return { allowed: true };
    }
    if (this.#usedToday >= this.#perDay) return { allowed: false, reason: 'quota_exceeded' };
    this.#recent = this.#recent.filter((earlier) => earlier > arrivedAtMs - 1_000);
    if (this.#recent.length >= this.#perSecond) return { allowed: false, reason: 'throttled' };
    this.#recent.push(arrivedAtMs);
    this.#usedToday += 1;
    return { allowed: true };
  }

  #turnDay(): void {
    const today = this.#now().toISOString().slice(0, 10);
    if (today === this.#day) return;
    this.#day = today;
    this.#usedToday = 0;
  }
}
