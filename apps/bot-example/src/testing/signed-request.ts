import { createHmac, randomUUID } from "node:crypto";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { ProofSchema, type RegisterDownloaderRequest, RegisterDownloaderRequestSchema } from "@dwld/rpc";

/** Returns the request of a downloader whose clock shows `atMs`. Later changes of it are not signed. */
export function signedRequest(
  {
    secret = "geheim",
    method = "RegisterDownloader",
    name = "home",
    address = "192.0.2.7:8888",
    atMs = Date.now(),
    nonce = randomUUID(),
  }: Partial<{ secret: string; method: string; name: string; address: string; atMs: number; nonce: string }> = {},
  rest: MessageInitShape<typeof RegisterDownloaderRequestSchema> = {},
): RegisterDownloaderRequest {
  const seconds = Math.floor(atMs / 1000);
  const text = [`dwld.v1.RegistryService/${method}`, nonce, seconds, name, address].join("\n");
  const hmac = createHmac("sha256", secret).update(text).digest();
  const proof = create(ProofSchema, { nonce, time: timestampFromMs(seconds * 1000), hmac });
  return create(RegisterDownloaderRequestSchema, { ...rest, proof, name, address });
}
