import type { Db } from 'mongodb';
import type { EncryptedText } from './token-cipher.ts';

/** A connection that was begun in a browser and awaits its answer there. */
export interface OauthStateDocument {
  /** SHA-256 of the `state` that went along. */
  readonly _id: string;
  /** SHA-256 of the secret in the cookie of the browser that began it. */
  readonly browser: string;
  readonly verifier: EncryptedText;
  readonly redirectUri: string;
  /** The owner has said that another account may take the place of the one whose contacts are stored. */
  readonly replaceAccount: boolean;
  readonly expiresAt: Date;
}

export interface OauthStateStore {
  add(state: OauthStateDocument): Promise<void>;
  /** Answers a state once, and only to the browser that began it. */
  take(id: string, browser: string, now: Date): Promise<OauthStateDocument | null>;
}

export async function ensureOauthStateIndexes(db: Db): Promise<void> {
  await db.collection('oauthStates').createIndex({ expiresAt: 1 }, { name: 'expiresAt', expireAfterSeconds: 0 });
}

export function createOauthStateStore(db: Db): OauthStateStore {
  const collection = db.collection<OauthStateDocument>('oauthStates');
  return {
    async add(state) {
      await collection.insertOne(state);
    },
    take: (_id, browser, now) => collection.findOneAndDelete({ _id, browser, expiresAt: { $gt: now } }),
  };
}
