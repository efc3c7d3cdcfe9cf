import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createSecureServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { DownloadService } from "@dwld/rpc";
import { makeCertificate } from "@dwld/testbed";
import { downloaderAt } from "./downloader.ts";

test("bot: a downloader with another certificate gets neither a call nor the token", async (cleanup) => {
  const folder = await mkdtemp(join(tmpdir(), "dwld-downloader-"));
  const { certificateFile, keyFile, fingerprint } = await makeCertificate(folder);
  const seen: unknown[] = [];
  const server = createSecureServer(
    { cert: await readFile(certificateFile), key: await readFile(keyFile) },
    connectNodeAdapter({
      routes: (router) =>
        router.service(DownloadService, {
          getStatus: (_, { requestHeader }) => {
            seen.push(requestHeader.get("authorization"));
            return { version: "1" };
          },
        }),
    }),
  );
  server.listen(0, "127.0.0.2");
  await once(server, "listening");
  cleanup.after(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });
  // The certificate names other addresses than this one.
  const address = `127.0.0.2:${(server.address() as AddressInfo).port}`;
  const another = fingerprint.replaceAll(/[0-9]/g, "0");
  await assert.rejects(downloaderAt(address, { token: "t", fingerprint: another }), {
    message: `${address} has another certificate: ${fingerprint}`,
  });
  assert.deepEqual(seen, []);
  const client = await downloaderAt(address, { token: "t", fingerprint });
  assert.equal((await client.getStatus({})).version, "1");
  assert.deepEqual(seen, ["Bearer t"]);
});
