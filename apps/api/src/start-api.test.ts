import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm, unlink, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { noteFacts } from "@dwld/queue";
import { claimTask, openLocation } from "@dwld/queue/testing";
import { AccessService, DownloadService } from "@dwld/rpc";
import { Health, ServingStatus } from "@dwld/rpc/services";
import {
  type Dwld,
  eventually,
  makeCertificate,
  makeClientAuthority,
  type Memcached,
  startDwld,
  startMemcached,
} from "@dwld/testbed";

function grpc(dwld: Dwld) {
  return createGrpcTransport({ baseUrl: `http://${dwld.addresses.grpc}` });
}

/** One api for all that leaves it running, or ends it in a way that is looked at. */
describe("a running api", () => {
  let memcached: Memcached;
  let dwld: Dwld;
  let id = "";

  before(async () => {
    memcached = await startMemcached();
    dwld = await startDwld({ apps: ["api"], configuration: { cache: { servers: [memcached.server] } } });
  });
  after(async () => {
    await dwld.stop();
    await memcached.stop();
  });

  it("api process: a running api answers on both listeners, and shows itself in the status", async () => {
    const link = "https://videos.example/1";
    const { task } = await createClient(DownloadService, grpc(dwld)).addTask({ link, requestId: "r1" });
    id = task?.id ?? "";
    const status = await dwld.client.getStatus({});
    const [self] = status.processes;
    assert.deepEqual([self?.app, self?.pid, self?.alive], ["api", dwld.processId("api"), true]);
    assert.equal(status.destination, "");
    assert.ok((status.downloadsDisk?.totalBytes ?? 0n) > 0n);
    assert.ok(status.sensors.some(({ name, value }) => name === "memory_total" && value > 0));
    assert.equal((await dwld.client.getTask({ id })).task?.site, "videos.example");
  });

  it("api process: an accepted link survives kill -9", async () => {
    await dwld.kill("api");
    await dwld.restart("api");
    const again = await dwld.client.addTask({ link: "https://videos.example/1", requestId: "r1" });
    assert.equal(again.task?.id, id);
  });

  it("api process: a frozen memcached delays the status by no more than 50 ms, and takes nothing from it", async () => {
    const database = await openLocation(dwld.database);
    const lease = await claimTask(database, "download", { processId: "worker", defaultSiteParallel: 1 }, Date.now());
    assert.ok(lease);
    await noteFacts(database, lease, { progress: { doneBytes: 7, step: "video", updatedAtMs: 1000 } });
    const median = async () => {
      const durationsMs: number[] = [];
      for (let call = 0; call < 15; call += 1) {
        const begun = performance.now();
        const { inWork } = await dwld.client.getStatus({});
        durationsMs.push(performance.now() - begun);
        assert.equal(inWork[0]?.progress?.doneBytes, 7n);
      }
      return durationsMs.toSorted((a, b) => a - b)[7] ?? Number.NaN;
    };
    const usualMs = await median();
    memcached.freeze();
    const frozenMs = await median();
    memcached.thaw();
    await database.close();
    assert.ok(frozenMs - usualMs < 50, `${frozenMs} ms instead of ${usualMs}`);
  });

  it("api process: SIGTERM ends it within its grace, and tells watchers to come back", async () => {
    const watchers = [dwld.client, createClient(DownloadService, grpc(dwld))].map((client) =>
      client.watchTasks({})[Symbol.asyncIterator](),
    );
    await Promise.all(watchers.map((watcher) => watcher.next()));
    const begun = performance.now();
    dwld.signal("api", "SIGTERM");
    for (const watcher of watchers)
      await assert.rejects(watcher.next(), (error) => ConnectError.from(error).code === Code.Unavailable);
    assert.deepEqual(await dwld.waitForEnd("api"), { exitStatus: 0, signal: undefined });
    assert.ok(performance.now() - begun < 3000);
  });

  it("api process: with its database gone it is not ready, says which part, and gRPC health agrees", async () => {
    await dwld.restart("api");
    const health = createClient(Health, grpc(dwld));
    assert.equal((await health.check({})).status, ServingStatus.SERVING);
    await unlink(join(dwld.data, "dwld.sqlite"));
    const answer = await fetch(`${dwld.health.api}/readyz`);
    const { checks } = (await answer.json()) as { checks: Record<string, { ok: boolean; reason?: string }> };
    assert.equal(answer.status, 503);
    assert.match(checks["database"]?.reason ?? "", /dwld\.sqlite was moved away or removed/);
    assert.equal(checks["listeners"]?.ok, true);
    await eventually("it is not serving", async () => (await health.check({})).status === ServingStatus.NOT_SERVING);
  });
});

it("api process: a taken port ends the start with the key to change", async (cleanup) => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const address = `127.0.0.1:${(taken.address() as AddressInfo).port}`;
  for (const key of ["listen", "http"]) {
    const dwld = await startDwld({
      apps: ["api"],
      until: "started",
      configuration: { api: { [key]: address } },
      cleanup,
    });
    assert.equal((await dwld.waitForEnd("api")).exitStatus, 69);
    assert.ok(
      dwld.output("api").includes(`${address} is taken by another program; set api.${key}`),
      dwld.output("api"),
    );
  }
  taken.close();
});

it("api process: a file that is no database is left as it is, and named", async (cleanup) => {
  const folder = await mkdtemp(join(tmpdir(), "dwld-api-"));
  const path = join(folder, "letters.txt");
  await writeFile(path, "Dear diary, ".repeat(1000));
  const dwld = await startDwld({ apps: ["api"], until: "started", configuration: { database: { path } }, cleanup });
  assert.equal((await dwld.waitForEnd("api")).exitStatus, 65);
  assert.ok(dwld.output("api").includes(`${path} is not an intact SQLite database`), dwld.output("api"));
  await rm(folder, { recursive: true });
});

it("api process: with an authority for clients, a listed certificate is asked for from the start, and known", async (cleanup) => {
  const folder = await mkdtemp(join(tmpdir(), "dwld-clients-"));
  cleanup.after(() => rm(folder, { recursive: true }));
  const { certificateFile, keyFile } = await makeCertificate(folder);
  const authority = await makeClientAuthority(folder);
  const certificate = await authority.sign("bot");
  const { fingerprint256: fingerprint } = new X509Certificate(certificate.cert);
  const clientCertificates = [{ fingerprint, name: "bot", role: "viewer" }];
  const tls = { certificateFile, keyFile, clientCaFile: authority.file, clientCertificates };
  const dwld = await startDwld({ apps: ["api"], until: "alive", configuration: { api: { tls } }, cleanup });
  const baseUrl = `https://${dwld.addresses.grpc}`;
  const ca = await readFile(certificateFile);
  const identity = (given: object) =>
    createClient(AccessService, createGrpcTransport({ baseUrl, nodeOptions: { ca, ...given } })).getIdentity({});
  assert.equal((await identity(certificate)).identity?.name, "bot");
  await assert.rejects(identity({}), { code: Code.Unauthenticated });
});
