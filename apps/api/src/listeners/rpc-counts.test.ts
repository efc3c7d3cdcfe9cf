import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { Metrics } from "@dwld/daemon";
import { DownloadService } from "@dwld/rpc";
import { eventually } from "@dwld/testbed";
import { serveApi } from "../testing/served-api.ts";
import { RpcCounts } from "./rpc-counts.ts";

test("rpc counts: each call counts with the code that its client got, a refused one and the end of a stream as well", async (t) => {
  const metrics = new Metrics();
  const api = await serveApi({}, { tokens: "required", counts: new RpcCounts(metrics) });
  t.after(() => api.close());
  const clientBy = (nodeOptions: { socketPath?: string | undefined }) =>
    createClient(DownloadService, createConnectTransport({ baseUrl: api.httpUrl, httpVersion: "1.1", nodeOptions }));
  const client = clientBy({ socketPath: api.listeners.socket?.address });
  await client.getStatus({});
  await assert.rejects(client.getTask({ id: "none" }));
  await assert.rejects(clientBy({}).listSites({}));
  const open = async () =>
    (await metrics.read()).find(({ name }) => name === "dwld_rpc_open_streams")?.samples[0]?.value;
  const leaving = new AbortController();
  const watch = async (): Promise<void> => {
    for await (const _ of client.watchTasks({}, { signal: leaving.signal })) {
      assert.equal(await open(), 1);
      leaving.abort();
    }
  };
  await assert.rejects(watch());
  await eventually("the stream has ended", async () => (await open()) === 0);
  const families = await metrics.read();
  const calls = families.find(({ name }) => name === "dwld_rpc_calls_total")?.samples ?? [];
  const told = calls.map(({ labels, value }) => `${labels["method"]} ${labels["code"]} ${value}`);
  assert.deepEqual(told, [
    "GetStatus OK 1",
    "GetTask NotFound 1",
    "ListSites Unauthenticated 1",
    "WatchTasks Canceled 1",
  ]);
  const measured = families.find(({ name }) => name === "dwld_rpc_call_duration_seconds")?.samples ?? [];
  const methods = new Set(measured.map(({ labels }) => labels["method"]));
  assert.deepEqual([...methods], ["GetStatus", "GetTask"]);
});
