/**
 * News for any number of readers, of which only the newest counts. A reader that does not read costs one value; what
 * was published in between is read from the store, never queued here.
 */
export interface Latest<T> {
  publish(value: T): void;
  /** Joins at the call, not at the first `next()`: what is published meanwhile is kept, and `first` stands there already. */
  follow(signal: AbortSignal, first: T): LatestReader<T>;
  readonly readerCount: number;
  /** Ends all readers, those that come later, too. */
  end(): void;
}

/** Ends with its signal, or as soon as it is left, also while somebody waits in `next()`. One `next()` at a time. */
export interface LatestReader<T> extends AsyncIterableIterator<T, undefined, undefined> {
  next(): Promise<IteratorResult<T, undefined>>;
  return(): Promise<IteratorResult<T, undefined>>;
}

const DONE: IteratorResult<never, undefined> = { done: true, value: undefined };

/** A class, and its own listener: thousands of them wait, and closures or a generator would weigh several times as much. */
class Reader<T> implements LatestReader<T>, EventListenerObject {
  readonly #readers: Set<Reader<T>>;
  readonly #signal: AbortSignal;
  #news: { readonly value: T } | null;
  #wake: ((result: IteratorResult<T, undefined>) => void) | null = null;

  constructor(readers: Set<Reader<T>>, signal: AbortSignal, first: T) {
    this.#readers = readers;
    this.#signal = signal;
    this.#news = { value: first };
    if (signal.aborted) return;
    readers.add(this);
    signal.addEventListener('abort', this, { once: true });
  }

  offer(value: T): void {
    const wake = this.#wake;
    this.#wake = null;
    if (wake === null) this.#news = { value };
    else wake({ done: false, value });
  }

  handleEvent(): void {
    this.leave();
  }

  leave(): void {
    this.#readers.delete(this);
    this.#signal.removeEventListener('abort', this);
    this.#wake?.(DONE);
    this.#wake = null;
  }

  next(): Promise<IteratorResult<T, undefined>> {
    if (!this.#readers.has(this)) return Promise.resolve(DONE);
    const news = this.#news;
    this.#news = null;
    if (news !== null) return Promise.resolve({ done: false, value: news.value });
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.leave();
    return Promise.resolve(DONE);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

export function createLatest<T>(): Latest<T> {
  const readers = new Set<Reader<T>>();
  let isOver = false;
  return {
    get readerCount() {
      return readers.size;
    },

    publish(value) {
      for (const reader of readers) reader.offer(value);
    },

    follow(signal, first) {
      const reader = new Reader(readers, signal, first);
      if (isOver) reader.leave();
      return reader;
    },

    end() {
      isOver = true;
      for (const reader of readers) reader.leave();
    },
  };
}
