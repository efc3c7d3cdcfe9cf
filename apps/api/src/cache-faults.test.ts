import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { after, before, describe, it } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { type Database, noteFacts } from "@dwld/queue";
import { claimTask, openLocation } from "@dwld/queue/testing";
import { type Task, TaskState } from "@dwld/rpc";
import { type Dwld, eventually, type Memcached, startDwld, startMemcached } from "@dwld/testbed";

/** Faults of a proxy between the api and memcached. */
type Fault = "none" | "slow" | "noise" | "text" | "silence" | "cut";

const slowMs = 5000;

/** A line to memcached that can be disturbed. */
async function startLine(memcached: Memcached) {
  const [host = "", port = ""] = memcached.server.split(":");
  const line = { fault: "none" as Fault };
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(port), host);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket
        .on("error", () => undefined)
        .on("close", () => {
          sockets.delete(socket);
          client.destroy();
          upstream.destroy();
        });
    }
    client.on("data", (bytes) => void upstream.write(bytes));
    upstream.on("data", (bytes) => {
      void disturb(line.fault, bytes, client);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    server: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    line,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

async function disturb(fault: Fault, bytes: Buffer, client: Socket): Promise<void> {
  switch (fault) {
    case "none":
      client.write(bytes);
      return;
    case "slow":
      await pause(slowMs, undefined, { ref: false });
      client.write(bytes);
      return;
    case "noise":
      client.write(Buffer.from(bytes.map((byte, index) => byte ^ ((index * 89 + 41) & 0xff))));
      return;
    case "text":
      client.write("ERROR\r\n");
      return;
    case "silence":
      return;
    case "cut":
      client.destroy();
  }
}

const count = { queued: 30, inWork: 5 };

describe("whatever memcached does, answers are complete and in time", () => {
  let memcached: Memcached;
  let between: Awaited<ReturnType<typeof startLine>>;
  let dwld: Dwld;
  let database: Database;

  before(async () => {
    memcached = await startMemcached({ listen: "port" });
    between = await startLine(memcached);
    dwld = await startDwld({ apps: ["api"], configuration: { cache: { servers: [between.server] } } });
    database = await openLocation(dwld.database);
    for (let number = 0; number < count.queued + count.inWork; number += 1)
      await dwld.client.addTask({ link: `https://videos.example/${number}` });
    for (let number = 0; number < count.inWork; number += 1) {
      const lease = await claimTask(database, "download", { processId: "w", defaultSiteParallel: 99 }, Date.now());
      assert.ok(lease);
      await noteFacts(database, lease, { progress: { doneBytes: 7, step: "video", updatedAtMs: 1000 } });
    }
  });

  after(async () => {
    await database.close();
    await dwld.stop();
    between.close();
    await memcached.stop();
  });

  const inTable = (task: Task) => task.progress?.doneBytes === 7n;

  async function isComplete(): Promise<void> {
    const begun = performance.now();
    const status = await dwld.client.getStatus({});
    assert.equal(status.inWork.length, count.inWork);
    assert.ok(status.inWork.every(inTable));
    const counts = Object.fromEntries(status.counts.map((one) => [one.state, Number(one.count)]));
    assert.equal(counts[TaskState.QUEUED], count.queued);
    const { tasks } = await dwld.client.listTasks({ pageSize: 100 });
    assert.equal(tasks.length, count.queued + count.inWork);
    assert.equal(tasks.filter(inTable).length, count.inWork);
    const leave = new AbortController();
    for await (const { event } of dwld.client.watchTasks({}, { signal: leave.signal })) {
      assert.equal(event.case === "snapshot" && event.value.tasks.length, count.queued + count.inWork);
      assert.equal(event.case === "snapshot" && event.value.tasks.filter(inTable).length, count.inWork);
      break;
    }
    leave.abort();
    const tookMs = performance.now() - begun;
    assert.ok(tookMs < slowMs, `${tookMs} ms for three answers`);
  }

  for (const fault of ["none", "slow", "noise", "text", "silence", "cut"] as const)
    it(`cache faults: with a line that is disturbed by ${fault}`, async () => {
      between.line.fault = "none";
      await eventually("it is back", async () => (await dwld.client.getStatus({})).cache === "ok");
      between.line.fault = fault;
      for (let round = 0; round < 5; round += 1) await isComplete();
    });

  /** Puts what another program could, and returns what memcached says of itself afterwards. */
  async function put(values: Readonly<Record<string, string>>): Promise<string> {
    const [host = "", port = ""] = memcached.server.split(":");
    const socket = connect(Number(port), host);
    for (const [key, value] of Object.entries(values))
      socket.write(`set ${key} 0 0 ${value.length} noreply\r\n${value}\r\n`);
    socket.write("stats\r\n");
    let answer = "";
    for await (const bytes of socket) {
      answer += String(bytes);
      if (answer.includes("END\r\n")) break;
    }
    return answer;
  }

  it("forged progress: whatever its figures, answers in JSON, in binary and of the command are right", async () => {
    between.line.fault = "none";
    await eventually("it is back", async () => (await dwld.client.getStatus({})).cache === "ok");
    const { inWork } = await dwld.client.getStatus({});
    const figures = ["1e300", "1e999", "1e18", "-1", "NaN", '"9"'];
    const fields = ["etaSeconds", "updatedAtMs", "totalBytes", "doneBytes", "speedBytesPerSecond", "progressPercent"];
    for (const figure of figures) {
      const [{ id } = { id: "" }, ...others] = inWork;
      for (const field of fields) {
        const told = { doneBytes: 5, step: "video", updatedAtMs: 2000, [field]: "?" };
        await put({ [`dwld:progress:${id}`]: JSON.stringify(told).replace('"?"', figure) });
        // The progress is told without the figure; without one that it must have, the table's word is told.
        const isNone = figure === "NaN" || field === "updatedAtMs" || field === "doneBytes";
        const doneBytes = async () => (await dwld.client.getTask({ id })).task?.progress?.doneBytes;
        const expected = isNone ? 7n : 5n;
        // On a busy machine an answer of the cache may come too late.
        await eventually(`${field} is ${figure}: ${expected} bytes`, async () => (await doneBytes()) === expected);
        for (const [method, body] of [
          ["GetTask", { id }],
          ["ListTasks", {}],
          ["GetStatus", {}],
        ] as const) {
          const response = await fetch(`http://${dwld.addresses.http}/dwld.v1.DownloadService/${method}`, {
            method: "POST",
            headers: { "Content-Type": "application/json" },
            body: JSON.stringify(body),
          });
          assert.equal(response.status, 200, `${method}: ${field} is ${figure}: ${await response.text()}`);
        }
        const leave = new AbortController();
        for await (const { event } of dwld.client.watchTasks({}, { signal: leave.signal })) {
          assert.equal(event.case === "snapshot" && event.value.tasks.length, count.queued + count.inWork);
          break;
        }
        leave.abort();
      }
      assert.ok(others.every(inTable));
    }
    for (const words of [["status"], ["list"], ["show", inWork[0]?.id ?? ""]]) {
      const { exitCode, stdout, stderr } = await dwld.command([...words, "--json"]);
      assert.equal(exitCode, 0, stderr);
      JSON.parse(stdout);
    }
    await memcached.flush();
  });

  it("cache faults: while it is full", async () => {
    between.line.fault = "none";
    const value = "x".repeat(900_000);
    const fillers = Object.fromEntries(Array.from({ length: 40 }, (_, number) => [`filler${number}`, value]));
    assert.match(await put(fillers), /STAT evictions [1-9]/);
    for (let round = 0; round < 5; round += 1) await isComplete();
  });

  it("cache faults: while it is flushed again and again", async () => {
    for (let round = 0; round < 5; round += 1) await Promise.all([memcached.flush(), isComplete()]);
  });

  it("cache faults: while it is frozen, gone, and back", async () => {
    memcached.freeze();
    for (let round = 0; round < 3; round += 1) await isComplete();
    memcached.thaw();
    await memcached.goAway();
    for (let round = 0; round < 3; round += 1) await isComplete();
    await memcached.comeBack();
    await isComplete();
    await eventually("it is used again", async () => (await dwld.client.getStatus({})).cache === "ok");
  });
});
