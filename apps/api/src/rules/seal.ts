import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

const nonceBytes = 12;
const tagBytes = 16;
const algorithm = "aes-256-gcm";

/**
 * Seals positions that a client only carries: it can neither alter them nor read them, since their numbers grow with the
 * tasks of others, too. Nonces are random (NIST SP 800-38D, 8.2.2).
 */
export class Seal {
  readonly #key: Uint8Array;

  /** @param key 32 bytes */
  constructor(key: Uint8Array) {
    this.#key = key;
  }

  /** Returns a token that `open` opens for the same purpose. Its length tells that of the content. */
  close(purpose: string, content: Uint8Array): string {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv(algorithm, this.#key, nonce).setAAD(Buffer.from(purpose));
    return Buffer.concat([nonce, cipher.update(content), cipher.final(), cipher.getAuthTag()]).toString("base64url");
  }

  /** Returns the content; undefined if the token was not made here, or for another purpose. */
  open(purpose: string, token: string): Buffer | undefined {
    const bytes = Buffer.from(token, "base64url");
    if (bytes.length < nonceBytes + tagBytes) return undefined;
    const decipher = createDecipheriv(algorithm, this.#key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
      .setAAD(Buffer.from(purpose))
      .setAuthTag(bytes.subarray(-tagBytes));
    const content = decipher.update(bytes.subarray(nonceBytes, -tagBytes));
    try {
      decipher.final();
      return content;
    } catch {
      // The only error of final() is that the tag does not fit.
      return undefined;
    }
  }
}
