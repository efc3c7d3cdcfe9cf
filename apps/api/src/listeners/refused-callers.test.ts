import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type IncomingHttpHeaders } from "node:http2";
import { it } from "node:test";
import { createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport } from "@connectrpc/connect-node";
import { AccessService, DownloadService, Role } from "@dwld/rpc";
import { serveApi, testLimits } from "../testing/served-api.ts";

it("bounds of callers: those who are refused hold no place, though they never take the refusal", async (t) => {
  const limits = testLimits("limits: { perAddress: { streams: 8 } }", { warn: () => undefined });
  const api = await serveApi({ limits }, { tokens: "required" });
  const socketPath = api.listeners.socket?.address;
  const local = createConnectTransport({
    ...{ baseUrl: "http://localhost", httpVersion: "1.1", nodeOptions: { socketPath } },
  });
  const { secret } = await createClient(AccessService, local).createToken({ name: "bot", role: Role.USER });
  const session = connect(api.grpcUrl, { settings: { initialWindowSize: 0 } });
  t.after(async () => {
    session.destroy();
    await api.close();
  });
  for (const [method, type, status] of [
    ["AddTasks", "application/json", 401],
    ["WatchTasks", "application/connect+json", 200],
  ] as const)
    for (let count = 0; count < 9; count += 1) {
      const headers = { ":method": "POST", ":path": `/dwld.v1.DownloadService/${method}`, "content-type": type };
      const stream = session.request(headers);
      stream.on("error", () => undefined).end("{}");
      const [answered] = (await once(stream, "response")) as [IncomingHttpHeaders & { ":status"?: number }];
      assert.equal(answered[":status"], status, method);
    }
  const transport = createGrpcTransport({
    baseUrl: api.grpcUrl,
    interceptors: [
      (next) => (call) => {
        call.header.set("authorization", `Bearer ${secret}`);
        return next(call);
      },
    ],
  });
  const bot = createClient(DownloadService, transport);
  const { results } = await bot.addTasks({ requests: [{ link: "https://videos.example/", chatId: "1" }] });
  assert.equal(results.length, 1);
  const ending = new AbortController();
  const { value } = (await bot.watchTasks({}, { signal: ending.signal })[Symbol.asyncIterator]().next()) as {
    value: { event: { case: string } };
  };
  assert.equal(value.event.case, "snapshot");
  ending.abort();
});
