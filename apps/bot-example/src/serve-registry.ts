import { once } from "node:events";
import { createServer, type ServerHttp2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { RegistryService } from "@dwld/rpc";
import type { ProofCheck } from "./check-proof.ts";
import type { Registry } from "./registry.ts";

export type RegistryServer = { port: number; close(): Promise<void> };

/** Serves `dwld.v1.RegistryService` by gRPC over HTTP/2 in the clear. Rejects with the error of listen(). */
export async function serveRegistry(
  { host, port }: { host: string; port: number },
  { registry, proofs, intervalMs }: { registry: Registry; proofs: ProofCheck; intervalMs: number },
): Promise<RegistryServer> {
  const server = createServer(
    connectNodeAdapter({
      readMaxBytes: 1024 * 1024,
      routes: (router) => {
        router.service(RegistryService, {
          registerDownloader: (request) => {
            proofs.check("RegisterDownloader", request);
            registry.register(request);
            return { interval: durationFromMs(intervalMs) };
          },
          unregisterDownloader: (request) => {
            proofs.check("UnregisterDownloader", request);
            registry.unregister(request);
            return {};
          },
        });
      },
    }),
  );
  const sessions = new Set<ServerHttp2Session>();
  server.on("session", (session) => {
    sessions.add(session);
    session.once("close", () => sessions.delete(session));
    // What breaks a connection is the other side's to say.
    session.on("error", () => session.destroy());
  });
  server.on("sessionError", () => undefined);
  server.listen(port, host);
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      for (const session of sessions) session.destroy();
      await closed;
    },
  };
}
