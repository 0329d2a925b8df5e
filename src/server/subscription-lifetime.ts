/** An `AsyncIterator` that its owner can end while a reader waits in `next()`. */
export interface EndableIterator<T> extends AsyncIterableIterator<T, undefined, undefined> {
  next(): Promise<IteratorResult<T, undefined>>;
  return(): Promise<IteratorResult<T, undefined>>;
}

/**
 * Passes `source` on until the first of: its end, `signal`, the reader's `return()`. A reader that waits is released
 * at once, with a proper completion, even where the source would go on waiting. `onEnd` runs once.
 */
export function endableIterator<T>({
  source,
  signal,
  onValue,
  onEnd,
}: {
  source: AsyncIterable<T>;
  signal: AbortSignal;
  /** Sees each value before the reader does. */
  onValue: (value: T) => void;
  onEnd: () => void;
}): EndableIterator<T> {
  const iterator = source[Symbol.asyncIterator]();
  const done: IteratorResult<T, undefined> = { done: true, value: undefined };
  let ended = false;
  let release: (() => void) | undefined;

  const end = () => {
    if (ended) return;
    ended = true;
    signal.removeEventListener('abort', end);
    onEnd();
    release?.();
    // Not awaited: a generator that waits answers return() only after its wait. Nobody reads its last words.
    iterator.return?.().then(undefined, () => {});
  };
  if (signal.aborted) end();
  else signal.addEventListener('abort', end, { once: true });

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next() {
      if (ended) return Promise.resolve(done);
      return new Promise((resolve, reject) => {
        release = () => resolve(done);
        iterator.next().then(
          (result) => {
            if (result.done === true) end();
            else onValue(result.value);
            resolve(result.done === true ? done : result);
          },
          (error: unknown) => {
            // After the end nobody waits any more, and this changes nothing.
            reject(error instanceof Error ? error : new Error(String(error)));
            end();
          },
        );
      });
    },
    return() {
      end();
      return Promise.resolve(done);
    },
  };
}
