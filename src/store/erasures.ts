import { createHmac, randomBytes } from 'node:crypto';
import { Binary, type Db } from 'mongodb';
import { upsertEach } from './upsert-each.ts';

/** That somebody was erased: nothing but a keyed hash of the address, and when. */
interface ErasureDocument {
  /** HMAC-SHA256 of the `emailKey`, as hex. */
  readonly _id: string;
  readonly erasedAt: Date;
}

interface KeyDocument {
  readonly _id: 'key';
  readonly key: Binary;
}

/**
 * Addresses that must not come back. Their hashes are keyed, so that the list alone tells nobody who is on it and cannot be
 * tried against lists of addresses. The key is random and lies in the same store, in a collection of its own, because it must
 * live as long as the hashes do: whoever has all of the store can ask whether one known address was erased, as the gateway
 * can, and learns no other. To forget even that, delete the key; the erased may come back then.
 */
export interface ErasureStore {
  add(emailKeys: readonly string[], erasedAt: Date): Promise<void>;
  /** Which of these were erased. One small read where nobody ever was. */
  among(emailKeys: readonly string[]): Promise<ReadonlySet<string>>;
}

const KEY_BYTES = 32;
const NOBODY: ReadonlySet<string> = new Set();

export function createErasureStore(db: Db): ErasureStore {
  const erasures = db.collection<ErasureDocument>('erasures');
  const keys = db.collection<KeyDocument>('erasureKeys');

  /** Of several instances that begin at once, the first makes the key for all. */
  async function hasher(): Promise<(emailKey: string) => string> {
    const known =
      (await keys.findOne({ _id: 'key' })) ??
      (await keys.findOneAndUpdate(
        { _id: 'key' },
        { $setOnInsert: { key: new Binary(randomBytes(KEY_BYTES)) } },
        { upsert: true, returnDocument: 'after' },
      ));
    if (known === null) throw new TypeError('The key of the erasures was not stored.');
    const key = Buffer.from(known.key.value());
    return (emailKey) => createHmac('sha256', key).update(emailKey).digest('hex');
  }

  return {
    async add(emailKeys, erasedAt) {
      if (emailKeys.length === 0) return;
      const hash = await hasher();
      await upsertEach(
        erasures,
        emailKeys.map((emailKey) => ({ filter: { _id: hash(emailKey) }, update: { $setOnInsert: { erasedAt } } })),
      );
    },

    async among(emailKeys) {
      if (emailKeys.length === 0) return NOBODY;
      if ((await erasures.findOne({}, { projection: { _id: 1 }, hint: '_id_' })) === null) return NOBODY;
      const hash = await hasher();
      const byHash = new Map(emailKeys.map((emailKey) => [hash(emailKey), emailKey]));
      const found = await erasures.find({ _id: { $in: [...byHash.keys()] } }).toArray();
      return new Set(found.flatMap(({ _id }) => byHash.get(_id) ?? []));
    },
  };
}
