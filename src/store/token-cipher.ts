import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { Binary } from 'mongodb';
import { DomainError } from '../domain-error.ts';

/** A secret as it lies in the store: AES-256-GCM, with the id of its key, so that keys can be changed. */
export interface EncryptedText {
  readonly keyId: string;
  /** Nonce (12 bytes), tag (16), text. */
  readonly data: Binary;
}

/** `purpose` is bound to the text: what was encrypted for one field cannot be put into another. */
export interface TokenCipher {
  encrypt(text: string, purpose: string): EncryptedText;
  /** @throws DomainError RECONNECT_REQUIRED where none of the keys made it, or it was tampered with. */
  decrypt(encrypted: EncryptedText, purpose: string): string;
}

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Tells keys apart; says nothing about them. */
const idOf = (key: Buffer) => createHash('sha256').update('key id').update(key).digest('hex').slice(0, 16);

/** @param keys 32 bytes each; the first encrypts, all decrypt. */
export function createTokenCipher(keys: readonly Buffer[]): TokenCipher {
  const [newest] = keys;
  if (newest === undefined)
    throw new DomainError('CONFIG_INVALID', 'TOKEN_KEY is missing: tokens are stored encrypted.');
  const newestId = idOf(newest);
  const byId = new Map(keys.map((key) => [idOf(key), key]));
  return {
    encrypt(text, purpose) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(ALGORITHM, newest, nonce).setAAD(Buffer.from(purpose));
      const encrypted = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return { keyId: newestId, data: new Binary(Buffer.concat([nonce, cipher.getAuthTag(), encrypted])) };
    },
    decrypt({ keyId, data }, purpose) {
      const key = byId.get(keyId);
      if (key === undefined) {
        throw new DomainError(
          'RECONNECT_REQUIRED',
          'The stored tokens were encrypted with another TOKEN_KEY: add that key behind the new one, or connect the account again.',
        );
      }
      const bytes = Buffer.from(data.value());
      try {
        const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
          .setAAD(Buffer.from(purpose))
          .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
        return decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
      } catch (cause) {
        throw new DomainError(
          'RECONNECT_REQUIRED',
          'The stored tokens were changed by somebody: connect the account again.',
          {
            cause,
          },
        );
      }
    },
  };
}
