import { type ExecutionArgs, type ExecutionResult, execute } from 'graphql';
import type { OperationOutcome } from './metrics.ts';

const DONE: IteratorResult<never, undefined> = { done: true, value: undefined };

/** What the subscriptions of a server have in common. `operation`: whose subscription it is. */
export interface SubscriptionHost<Operation> {
  /** For each event anew: what was read for one is not kept for the next. */
  readonly createContext: (operation: Operation) => object;
  /** Sees each result before the reader does. */
  readonly onResult: (result: ExecutionResult, operation: Operation) => void;
  /** An error of the source ends the subscription: answers what the reader is told of it, and how it counts. */
  readonly onError: (error: unknown, operation: Operation) => { error: Error; outcome: OperationOutcome };
  readonly onEnd: (operation: Operation, outcome: OperationOutcome) => void;
}

/**
 * Passes on the events of `source` as results, until the first of: its end, that of `lifetime`, the reader's `return()`. A
 * reader that waits is released at once, with a proper completion, even where the source would go on waiting.
 *
 * A class, and its own listener: thousands of them wait, and the closures of generators and of Yoga's executor would weigh
 * several times as much.
 */
export class Subscription<Operation>
  implements AsyncIterableIterator<ExecutionResult, undefined, undefined>, EventListenerObject
{
  readonly #host: SubscriptionHost<Operation>;
  readonly #args: ExecutionArgs;
  readonly #operation: Operation;
  readonly #source: AsyncIterator<unknown>;
  readonly #lifetime: AbortController;
  #hasEnded = false;
  #answer: ((result: IteratorResult<ExecutionResult, undefined>) => void) | null = null;

  constructor(
    host: SubscriptionHost<Operation>,
    given: {
      readonly args: ExecutionArgs;
      readonly operation: Operation;
      readonly source: AsyncIterable<unknown>;
      /** Ends the subscription, and is aborted with it. */
      readonly lifetime: AbortController;
    },
  ) {
    this.#host = host;
    this.#args = given.args;
    this.#operation = given.operation;
    this.#source = given.source[Symbol.asyncIterator]();
    this.#lifetime = given.lifetime;
    const { signal } = given.lifetime;
    if (signal.aborted) this.#end('ok');
    else signal.addEventListener('abort', this, { once: true });
  }

  handleEvent(): void {
    this.#end('ok');
  }

  #end(outcome: OperationOutcome): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#lifetime.signal.removeEventListener('abort', this);
    this.#lifetime.abort();
    this.#host.onEnd(this.#operation, outcome);
    this.#answer?.(DONE);
    // Not awaited: a generator that waits answers return() only after its wait. Nobody reads its last words.
    this.#source.return?.().then(undefined, () => {});
  }

  /** One at a time. */
  next(): Promise<IteratorResult<ExecutionResult, undefined>> {
    if (this.#hasEnded) return Promise.resolve(DONE);
    return new Promise((resolve, reject) => {
      this.#answer = resolve;
      this.#read().then(resolve, reject);
    });
  }

  async #read(): Promise<IteratorResult<ExecutionResult, undefined>> {
    try {
      const { done, value } = await this.#source.next();
      if (done === true) {
        this.#end('ok');
        return DONE;
      }
      const contextValue = this.#host.createContext(this.#operation);
      const result = await execute({ ...this.#args, rootValue: value, contextValue });
      this.#host.onResult(result, this.#operation);
      return { done: false, value: result };
    } catch (thrown) {
      // Nobody waits any more.
      if (this.#hasEnded) return DONE;
      const { error, outcome } = this.#host.onError(thrown, this.#operation);
      this.#answer = null;
      this.#end(outcome);
      throw error;
    }
  }

  return(): Promise<IteratorResult<ExecutionResult, undefined>> {
    this.#end('ok');
    return Promise.resolve(DONE);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
