/**
 * News for any number of readers, of which only the newest counts. A reader that does not read costs one value; what
 * was published in between is read from the store, never queued here.
 */
export interface Latest<T> {
  publish(value: T): void;
  /** Joins at the call, not at the first `next()`: what is published meanwhile is kept. */
  follow(signal: AbortSignal): AsyncGenerator<T, void, undefined>;
  readonly readerCount: number;
}

interface Reader<T> {
  news: { readonly value: T } | null;
  wake: () => void;
}

export function createLatest<T>(): Latest<T> {
  const readers = new Set<Reader<T>>();
  return {
    get readerCount() {
      return readers.size;
    },

    publish(value) {
      for (const reader of readers) {
        reader.news = { value };
        reader.wake();
      }
    },

    follow(signal) {
      const reader: Reader<T> = { news: null, wake: () => {} };
      const leave = () => {
        readers.delete(reader);
        signal.removeEventListener('abort', leave);
        reader.wake();
      };
      if (!signal.aborted) {
        readers.add(reader);
        signal.addEventListener('abort', leave, { once: true });
      }
      return (async function* () {
        try {
          while (!signal.aborted) {
            const { news } = reader;
            reader.news = null;
            if (news === null) await new Promise<void>((resolve) => (reader.wake = resolve));
            else yield news.value;
          }
        } finally {
          leave();
        }
      })();
    },
  };
}
