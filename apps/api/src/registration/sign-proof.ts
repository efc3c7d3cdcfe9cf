import { createHmac, randomBytes } from "node:crypto";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { ProofSchema } from "@dwld/rpc";

/** The fields that a proof signs. `method` is "RegisterDownloader" or "UnregisterDownloader". */
export type Signed = { method: string; name: string; address: string };

/**
 * Proves knowledge of the secret without sending it: an HMAC over the text that `registry.proto` defines.
 *
 * @param nowMs since the epoch; its whole seconds are signed.
 * @param nonce never used before with this secret.
 */
export function signProof(
  secret: string,
  { method, name, address }: Signed,
  nowMs: number,
  nonce: string = randomBytes(24).toString("base64url"),
): MessageInitShape<typeof ProofSchema> {
  const seconds = Math.floor(nowMs / 1000);
  const text = [`dwld.v1.RegistryService/${method}`, nonce, String(seconds), name, address].join("\n");
  return {
    nonce,
    time: timestampFromMs(seconds * 1000),
    hmac: createHmac("sha256", secret).update(text).digest(),
  };
}
