import type { Collection, Db, Document, FindCursor } from 'mongodb';
import type { Place } from './acts.ts';

/** One process's way to the outside: everything that it waits for passes here, and stops here when it dies. */
export interface Gate {
  /** Waits as long as the process is frozen, for ever if it is dead. */
  pass(): Promise<void>;
  /** As `pass`, and tells the history of the step. */
  step(at: Place['at'], side: Place['side'], what: string): Promise<void>;
  kill(): void;
  freeze(): void;
  thaw(): void;
  readonly state: 'alive' | 'frozen' | 'dead';
}

const STORE_LAG_MS = 30;
const NEVER = new Promise<never>(() => {});

export function createGate(onStep: (place: Omit<Place, 'nth'>, what: string) => Promise<void>): Gate {
  let state: Gate['state'] = 'alive';
  let thawed = Promise.resolve();
  let thaw = () => {};
  /** A process that goes on may send what it had in its hand before it hears from the store: here it does. */
  const passAs = async (at: Place['at']): Promise<void> => {
    while (state !== 'alive') {
      await (state === 'dead' ? NEVER : thawed);
      if (at === 'store') await new Promise((resolve) => setTimeout(resolve, STORE_LAG_MS));
    }
  };
  return {
    pass: () => passAs('store'),
    async step(at, side, what) {
      await passAs(at);
      await onStep({ at, side }, what);
      await passAs(at);
    },
    kill() {
      state = 'dead';
      thaw();
    },
    freeze() {
      if (state !== 'alive') return;
      state = 'frozen';
      thawed = new Promise((resolve) => {
        thaw = resolve;
      });
    },
    thaw() {
      if (state === 'frozen') state = 'alive';
      thaw();
    },
    get state() {
      return state;
    },
  };
}

const CURSORS = new Set(['find', 'aggregate', 'listIndexes']);
const WRITES = new Set([
  'insertOne',
  'insertMany',
  'bulkWrite',
  'updateOne',
  'updateMany',
  'findOneAndUpdate',
  'deleteOne',
  'deleteMany',
  'replaceOne',
]);
const COUNTED = new Set(['contacts', 'contactHistory', 'pushBatches', 'checkpoints', 'syncRuns', 'lists']);

/** The database as one process sees it. */
export function gatedDb(db: Db, gate: Gate): Db {
  return new Proxy(db, {
    get(target, key) {
      if (key === 'collection') return (name: string) => gatedCollection(target.collection(name), gate);
      return bound(target, key);
    },
  });
}

function gatedCollection(collection: Collection, gate: Gate): Collection {
  const name = collection.collectionName;
  return new Proxy(collection, {
    get(target, key) {
      const value: unknown = bound(target, key);
      if (typeof value !== 'function' || typeof key !== 'string') return value;
      const step = async (what: string, write: () => Promise<unknown>): Promise<unknown> => {
        await gate.step('store', 'before', what);
        try {
          return await write();
        } finally {
          await gate.step('store', 'after', what);
        }
      };
      if (CURSORS.has(key))
        return (...args: unknown[]) => {
          const into = writtenBy(args[0]);
          if (into === null || !COUNTED.has(into)) return gatedCursor(value(...args), gate);
          // What a run writes beside itself.
          return { toArray: () => step(`${into}.merge`, () => value(...args).toArray()) };
        };
      return async (...args: unknown[]): Promise<unknown> => {
        // Signs of life and takeovers are pipelines: they come by the clock, so they are no steps of a history. Nor is
        // the start of a run: before it there is none that somebody else could go on with, and the caller starts again.
        const isNoStep = name === 'syncRuns' && (key === 'insertOne' || Array.isArray(args[1]));
        const isStep = WRITES.has(key) && COUNTED.has(name) && !isNoStep;
        if (isStep) return step(`${name}.${key}`, () => value(...args));
        await gate.pass();
        try {
          return await value(...args);
        } finally {
          await gate.pass();
        }
      };
    },
  });
}

/** The collection that a pipeline writes to; null for one that reads alone. */
function writtenBy(pipeline: unknown): string | null {
  const last: Document | undefined = Array.isArray(pipeline) ? pipeline.at(-1) : undefined;
  return last?.['$merge']?.into ?? null;
}

function gatedCursor(cursor: FindCursor<Document>, gate: Gate): FindCursor<Document> {
  return new Proxy(cursor, {
    get(target, key, proxy) {
      const value: unknown = bound(target, key);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        const result: unknown = value(...args);
        if (result === target) return proxy;
        if (!(result instanceof Promise)) return result;
        return gate.pass().then(() => result);
      };
    },
  });
}

function bound(target: object, key: string | symbol): unknown {
  const value: unknown = Reflect.get(target, key, target);
  return typeof value === 'function' ? value.bind(target) : value;
}
