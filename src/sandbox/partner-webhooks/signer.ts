import { createHash, generateKeyPair, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';

const makeKeyPair = promisify(generateKeyPair);

interface Key {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly kid: string;
}

/** Signs webhooks as Constant Contact does: a detached JWS over the raw body (RFC 7515, RFC 7797), RS256. The key is made when first needed. */
export class WebhookSigner {
  #key: Promise<Key> | undefined;

  /** @returns the value of `X-CTCT-WEBHOOK-SIG`. `ts` in seconds since 1970. */
  async sign(body: Buffer, ts: number): Promise<string> {
    const { privateKey, kid } = await this.#load();
    const header = base64url(JSON.stringify({ alg: 'RS256', kid, ts, b64: false, crit: ['b64'] }));
    const signature = sign('RSA-SHA256', Buffer.concat([Buffer.from(`${header}.`, 'ascii'), body]), privateKey);
    return `${header}..${signature.toString('base64url')}`;
  }

  async jwks(): Promise<object> {
    const { publicKey, kid } = await this.#load();
    return { keys: [{ ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' }] };
  }

  /** Signs with a new key from now on, as a rotation would. */
  rotate(): void {
    this.#key = undefined;
  }

  #load(): Promise<Key> {
    this.#key ??= createKey();
    return this.#key;
  }
}

async function createKey(): Promise<Key> {
  const { privateKey, publicKey } = await makeKeyPair('rsa', { modulusLength: 2048 });
  const { n = '' } = publicKey.export({ format: 'jwk' });
  return { privateKey, publicKey, kid: createHash('sha256').update(n).digest('base64url').slice(0, 16) };
}

function base64url(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64url');
}
