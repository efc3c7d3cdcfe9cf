import { createHmac } from "node:crypto";

/**
 * Returns the headers that name and sign a message, as Standard Webhooks has them (standardwebhooks.com): HMAC-SHA256 over
 * id, time and body.
 *
 * @param secret the text of the secret; behind "whsec_" it is Base64 of the key.
 * @param id the same however often the message is sent.
 */
export function signatureHeaders(
  secret: string,
  { id, body }: { id: string; body: string },
  nowMs: number,
): Readonly<Record<string, string>> {
  const seconds = String(Math.floor(nowMs / 1000));
  const prefix = "whsec_";
  const key = secret.startsWith(prefix) ? Buffer.from(secret.slice(prefix.length), "base64") : Buffer.from(secret);
  const signature = createHmac("sha256", key).update(`${id}.${seconds}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": seconds, "webhook-signature": `v1,${signature}` };
}
