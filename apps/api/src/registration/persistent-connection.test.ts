import assert from "node:assert/strict";
import { once } from "node:events";
import { constants, createServer, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { createClient } from "@connectrpc/connect";
import { RegistryService } from "@dwld/rpc";
import { eventually } from "@dwld/testbed";
import { PersistentConnection } from "./persistent-connection.ts";

/** A bot that pushes a stream with its answer, and never ends that stream. */
async function startPushing() {
  const pushed: ServerHttp2Stream[] = [];
  const server = createServer();
  server.on("stream", (stream) => {
    stream.pushStream({ ":path": "/" }, (_, further) => {
      further.on("error", () => undefined).respond({ ":status": 200 });
      pushed.push(further);
      stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
      // An empty message.
      stream.end(Buffer.alloc(5));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    pushed,
    [Symbol.asyncDispose]: async () => {
      server.close();
      await once(server, "close");
    },
  };
}

test("persistent connection: a stream that a server pushes is refused, and its end does not end the process", async () => {
  await using server = await startPushing();
  const connection = new PersistentConnection(server.url, () => undefined);
  await createClient(RegistryService, connection.transport).registerDownloader({});
  await eventually("it is refused", () => server.pushed.length === 1 && server.pushed[0]?.closed === true);
  connection.close();
  assert.equal(server.pushed[0]?.rstCode, constants.NGHTTP2_REFUSED_STREAM);
});
