import type { Db } from 'mongodb';
import type { EncryptedText, TokenCipher } from './token-cipher.ts';

export interface ConnectedAccount {
  readonly encodedAccountId: string;
  readonly organizationName: string | null;
}

/** The tokens of the connected account, decrypted. */
export interface Credentials {
  readonly state: 'CONNECTED' | 'RECONNECT_REQUIRED';
  /** For people: why it is to be connected again. */
  readonly reason: string | null;
  /** Grows with every write, also over a disconnect: a write that is based on an older one is refused. */
  readonly version: number;
  readonly accessToken: string;
  readonly refreshToken: string | null;
  readonly expiresAt: Date;
  /** From here on it is to be refreshed, though it is still good. */
  readonly refreshAt: Date;
}

export interface NewTokens {
  readonly accessToken: string;
  readonly refreshToken: string | null;
  readonly expiresAt: Date;
  readonly refreshAt: Date;
}

interface CredentialsDocument {
  readonly _id: typeof TOKENS_ID;
  readonly state: Credentials['state'];
  readonly reason: string | null;
  readonly version: number;
  readonly accessToken: EncryptedText;
  readonly refreshToken: EncryptedText | null;
  readonly expiresAt: Date;
  readonly refreshAt: Date;
  readonly updatedAt: Date;
}

/** Stays when the tokens go: it says whose contacts the store holds. */
interface AccountDocument extends ConnectedAccount {
  readonly _id: typeof ACCOUNT_ID;
  readonly connectedAt: Date;
}

interface TokenSlotDocument {
  readonly _id: typeof SLOT_ID;
  readonly at: Date;
  readonly askedAt: Date;
}

const TOKENS_ID = 'constant-contact';
const ACCOUNT_ID = 'account';
const SLOT_ID = 'token-endpoint';
/** The token endpoint takes one request a second; a little more, because networks deliver unevenly. */
const TOKEN_INTERVAL_MS = 1_100;

export interface CredentialStore {
  /** Null when no account is connected. @throws DomainError RECONNECT_REQUIRED where they cannot be decrypted. */
  read(): Promise<Credentials | null>;
  /** Tokens of a connection that was just made, whatever was there before. */
  connect(tokens: NewTokens, at: Date): Promise<void>;
  /** Tokens that came by a refresh; false where `version` is not the newest any more, and nothing was stored. */
  replace(version: number, tokens: NewTokens, at: Date): Promise<boolean>;
  /** Only a new connection helps; false where `version` is not the newest any more. */
  requireReconnect(version: number, reason: string, at: Date): Promise<boolean>;
  /** Forgets the tokens; false where there were none. */
  disconnect(): Promise<boolean>;
  /** Whose contacts the store holds; null before the first connection. */
  account(): Promise<ConnectedAccount | null>;
  setAccount(account: ConnectedAccount, at: Date): Promise<void>;
  /** Counts one request to the token endpoint, for all instances; answers how long it has to wait. */
  reserveTokenRequest(): Promise<{ delayMs: number }>;
}

export function createCredentialStore({ db, cipher }: { db: Db; cipher: TokenCipher }): CredentialStore {
  const tokens = db.collection<CredentialsDocument>('credentials');
  const accounts = db.collection<AccountDocument>('credentials');
  const slots = db.collection<TokenSlotDocument>('credentials');

  const encode = ({ accessToken, refreshToken, expiresAt, refreshAt }: NewTokens, at: Date) => ({
    state: 'CONNECTED' as const,
    reason: null,
    accessToken: cipher.encrypt(accessToken, 'access token'),
    refreshToken: refreshToken === null ? null : cipher.encrypt(refreshToken, 'refresh token'),
    expiresAt,
    refreshAt,
    updatedAt: at,
  });

  return {
    async read() {
      const document = await tokens.findOne({ _id: TOKENS_ID });
      if (document === null) return null;
      const { state, reason, version, accessToken, refreshToken, expiresAt, refreshAt } = document;
      return {
        state,
        reason,
        version,
        accessToken: cipher.decrypt(accessToken, 'access token'),
        refreshToken: refreshToken === null ? null : cipher.decrypt(refreshToken, 'refresh token'),
        expiresAt,
        refreshAt,
      };
    },
    async connect(newTokens, at) {
      // Counted on from the time of the server where there was none: a refresh that was begun before a disconnect must not
      // find its version again.
      const version = { $add: [{ $ifNull: ['$version', { $toLong: '$$NOW' }] }, 1] };
      const fields = Object.entries(encode(newTokens, at)).map(([name, value]) => [name, { $literal: value }]);
      await tokens.updateOne({ _id: TOKENS_ID }, [{ $set: { ...Object.fromEntries(fields), version } }], {
        upsert: true,
      });
    },
    async replace(version, newTokens, at) {
      const update = { $set: encode(newTokens, at), $inc: { version: 1 } };
      return (await tokens.updateOne({ _id: TOKENS_ID, version }, update)).matchedCount === 1;
    },
    async requireReconnect(version, reason, at) {
      const state = 'RECONNECT_REQUIRED';
      const update = { $set: { state, reason, updatedAt: at }, $inc: { version: 1 } } as const;
      return (await tokens.updateOne({ _id: TOKENS_ID, version }, update)).matchedCount === 1;
    },
    async disconnect() {
      return (await tokens.deleteOne({ _id: TOKENS_ID })).deletedCount === 1;
    },
    account: () => accounts.findOne({ _id: ACCOUNT_ID }),
    async setAccount({ encodedAccountId, organizationName }, at) {
      const $set = { encodedAccountId, organizationName, connectedAt: at };
      await accounts.updateOne({ _id: ACCOUNT_ID }, { $set }, { upsert: true });
    },
    async reserveTokenRequest() {
      const earliest = { $add: [{ $ifNull: ['$at', new Date(0)] }, TOKEN_INTERVAL_MS] };
      const slot = await slots.findOneAndUpdate(
        { _id: SLOT_ID },
        [{ $set: { at: { $max: ['$$NOW', earliest] }, askedAt: '$$NOW' } }],
        { upsert: true, returnDocument: 'after' },
      );
      return { delayMs: slot === null ? 0 : slot.at.getTime() - slot.askedAt.getTime() };
    },
  };
}
