import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Code, ConnectError, createClient, createRouterTransport } from "@connectrpc/connect";
import { createLogger } from "@dwld/daemon";
import { Health, ServingStatus } from "@dwld/rpc/services";
import { errorInterceptor } from "../rules/errors.ts";
import { healthService } from "./health.ts";

function connect() {
  const source = { isReady: true, stopping: new AbortController() };
  const health = healthService({ ready: () => Promise.resolve(source.isReady), stopping: source.stopping.signal }, [
    "dwld.v1.DownloadService",
    "other.v1.Service",
  ]);
  const interceptors = [errorInterceptor(createLogger({ level: "silent", app: "api" }))];
  const transport = createRouterTransport((router) => void router.service(Health, health), {
    router: { interceptors },
  });
  return { source, client: createClient(Health, transport) };
}

describe("grpc.health.v1", () => {
  it("health: serves while the process is ready, for the server and for each of its services", async () => {
    const { client, source } = connect();
    for (const service of ["", "dwld.v1.DownloadService", "other.v1.Service"]) {
      source.isReady = true;
      assert.equal((await client.check({ service })).status, ServingStatus.SERVING);
      source.isReady = false;
      assert.equal((await client.check({ service })).status, ServingStatus.NOT_SERVING);
    }
  });

  it("health: is not serving once the process stops, ready or not", async () => {
    const { client, source } = connect();
    source.stopping.abort();
    assert.equal((await client.check({})).status, ServingStatus.NOT_SERVING);
  });

  it("health: does not know a service that is not there, as health.proto wants it", async () => {
    const { client } = connect();
    await assert.rejects(
      client.check({ service: "other.v1.Other" }),
      (error) => ConnectError.from(error).code === Code.NotFound,
    );
    const leave = new AbortController();
    const stream = client.watch({ service: "other.v1.Other" }, { signal: leave.signal })[Symbol.asyncIterator]();
    const first = await stream.next();
    assert.equal(first.done === true ? undefined : first.value.status, ServingStatus.SERVICE_UNKNOWN);
    leave.abort();
    await assert.rejects(stream.next());
  });

  it("health: lists all services", async () => {
    const { client } = connect();
    const { statuses } = await client.list({});
    assert.deepEqual(Object.keys(statuses), ["", "dwld.v1.DownloadService", "other.v1.Service"]);
    assert.equal(statuses[""]?.status, ServingStatus.SERVING);
  });

  it("health: a watcher gets each change, and the end", async () => {
    const { client, source } = connect();
    const stream = client.watch({})[Symbol.asyncIterator]();
    const status = async () => {
      const result = await stream.next();
      return result.done === true ? undefined : result.value.status;
    };
    assert.equal(await status(), ServingStatus.SERVING);
    source.isReady = false;
    assert.equal(await status(), ServingStatus.NOT_SERVING);
    source.isReady = true;
    assert.equal(await status(), ServingStatus.SERVING);
    source.stopping.abort();
    assert.equal(await status(), ServingStatus.NOT_SERVING);
    await assert.rejects(stream.next(), (error) => ConnectError.from(error).code === Code.Unavailable);
  });
});
