import type { Db } from 'mongodb';
import { isDuplicateKey } from './errors.ts';

/** Who may do a thing that at most one instance does at a time. `token` grows with every owner. */
interface LeaseDocument {
  readonly _id: string;
  /** Null: given back. */
  readonly owner: string | null;
  readonly token: number;
  readonly expiresAt: Date;
}

export interface Lease {
  readonly name: string;
  readonly token: number;
}

/** Leases by name, timed by the store's own clock: the clocks of the instances do not matter. */
export interface LeaseStore {
  /** Null while somebody else holds it. */
  acquire(name: string, owner: string, leaseMs: number): Promise<Lease | null>;
  /** Holds it for longer; false where it was lost. */
  renew(lease: Lease, leaseMs: number): Promise<boolean>;
  release(lease: Lease): Promise<void>;
}

export function createLeaseStore(db: Db): LeaseStore {
  const collection = db.collection<LeaseDocument>('leases');
  const expiry = (leaseMs: number) => ({ $add: ['$$NOW', leaseMs] });

  /** False where it is there already. */
  async function addFree(name: string): Promise<boolean> {
    try {
      await collection.insertOne({ _id: name, owner: null, token: 0, expiresAt: new Date(0) });
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  return {
    async acquire(name, owner, leaseMs) {
      const take = () =>
        collection.findOneAndUpdate(
          { _id: name, $or: [{ owner: null }, { $expr: { $lt: ['$expiresAt', '$$NOW'] } }] },
          [{ $set: { owner: { $literal: owner }, token: { $add: ['$token', 1] }, expiresAt: expiry(leaseMs) } }],
          { returnDocument: 'after' },
        );
      let taken = await take();
      if (taken === null) {
        // Held by somebody, or never held before: an upsert may not compare with the server's clock.
        if (!(await addFree(name))) return null;
        taken = await take();
      }
      return taken === null ? null : { name, token: taken.token };
    },
    async renew({ name, token }, leaseMs) {
      const { matchedCount } = await collection.updateOne({ _id: name, token, owner: { $ne: null } }, [
        { $set: { expiresAt: expiry(leaseMs) } },
      ]);
      return matchedCount === 1;
    },
    async release({ name, token }) {
      await collection.updateOne({ _id: name, token }, { $set: { owner: null } });
    },
  };
}
