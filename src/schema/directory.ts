import type { CustomFieldDocument } from '../store/custom-fields.ts';
import type { ListDocument } from '../store/lists.ts';
import type { Store } from '../store/store.ts';

/**
 * The account's lists and custom fields, which nearly every contact names: at most 1,000 and 100 by the API's own limits.
 * They are read whole and kept for a moment by the process, so that a page of contacts costs one query, not three, and
 * its resolvers need not wait. An answer is never older than `VALID_FOR_MS`: as if the request had come that much earlier.
 */
export interface Directory {
  /** By `list_id`. At once when it is known, else by a promise that all who ask at the same time share. */
  lists(): MaybePromise<ReadonlyMap<string, ListDocument>>;
  /** By `custom_field_id`. */
  customFields(): MaybePromise<ReadonlyMap<string, CustomFieldDocument>>;
}

export type MaybePromise<T> = T | Promise<T>;

const VALID_FOR_MS = 250;

/** One per process. `now` is a monotonic clock in milliseconds. */
export function createDirectory({
  store,
  now = () => performance.now(),
}: {
  store: Pick<Store, 'lists' | 'customFields'>;
  now?: () => number;
}): Directory {
  return {
    lists: briefly({
      now,
      load: async () => new Map((await store.lists.all()).map((list) => [list.listId, list])),
    }),
    customFields: briefly({
      now,
      load: async () => new Map((await store.customFields.all()).map((field) => [field.customFieldId, field])),
    }),
  };
}

function briefly<T>({ load, now }: { load: () => Promise<T>; now: () => number }): () => MaybePromise<T> {
  let known: { readonly value: T; readonly validUntil: number } | undefined;
  let loading: Promise<T> | undefined;
  const reload = async (): Promise<T> => {
    // Counted from before the query: what changes while it runs is not hidden for longer.
    const validUntil = now() + VALID_FOR_MS;
    try {
      const value = await load();
      known = { value, validUntil };
      return value;
    } finally {
      loading = undefined;
    }
  };
  return () => {
    if (known !== undefined && now() < known.validUntil) return known.value;
    loading ??= reload();
    return loading;
  };
}

/** `then` without a promise where there is none: resolvers that wait for nothing must not make the executor wait. */
export function whenKnown<T, R>(value: MaybePromise<T>, use: (value: T) => R): MaybePromise<R> {
  return value instanceof Promise ? value.then(use) : use(value);
}
