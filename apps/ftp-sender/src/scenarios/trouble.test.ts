import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { describe, test } from "node:test";
import { createLogger, defaultPath, Metrics } from "@dwld/daemon";
import { startDelivery } from "@dwld/delivery";
import { video } from "@dwld/delivery/testing";
import { openProgressCache } from "@dwld/progress";
import { listProcesses, registerProcess, type TaskRow } from "@dwld/queue";
import { troubleText, testHost } from "@dwld/queue/testing";
import { eventually } from "@dwld/testbed";
import { createFtpDestination } from "../ftp/ftp-destination.ts";
import { type Beds, isDone, withBeds } from "../testing/beds.ts";

/** Delivers as the sender does, in this process. */
async function startDelivering({ bed, server, tampered }: Beds, { giveUpAfterMs = 3_600_000 } = {}) {
  const { database } = bed;
  const { host, user, password, directory } = server;
  const lines: string[] = [];
  const logger = createLogger({ level: "trace", app: "ftp-sender" }, { write: (line) => void lines.push(line) });
  const onError = (error: unknown) => {
    throw error;
  };
  const self = { app: "ftp-sender", host: testHost, version: "0", pid: process.pid } as const;
  const registered = await registerProcess(database, self, { onError }, { intervalMs: 100 });
  const cache = openProgressCache([]);
  const settings = {
    ...{ host, port: tampered.port, user, password },
    ...({ tls: { mode: "none" }, idleTimeoutMs: 10_000 } as const),
  };
  const destination = createFtpDestination(() => settings);
  const rules = { directory, path: defaultPath, conflict: "rename", verify: "size" } as const;
  const delivery = startDelivery(
    { database, cache, logger, registered, metrics: new Metrics(), onError },
    destination,
    () => ({ rules, parallel: 2, giveUpAfterMs }),
  );
  return {
    ...{ lines, check: delivery.check },
    trouble: async () =>
      (await listProcesses(database))
        .filter(({ app }) => app === "ftp-sender")
        .map(troubleText)
        .join(""),
    [Symbol.asyncDispose]: async () => {
      await delivery.stop(AbortSignal.abort("shutdown"));
      await registered.close();
      cache.close();
    },
  };
}

/** The reason why it is not ready; empty if it is. */
const reasonOf = (check: ReturnType<Awaited<ReturnType<typeof startDelivering>>["check"]>): string =>
  check.ok ? "" : check.reason;

// Each of them waits most of its time.
describe("trouble", { concurrency: 4 }, () => {
  test("trouble: a wrong password pauses the queue and is never logged; once corrected, all is delivered", () =>
    withBeds(async (beds) => {
      const { bed, server, tampered } = beds;
      const tasks: TaskRow[] = [];
      for (let task = 0; task < 5; task += 1) tasks.push(await bed.addReady([video(`${task}.mp4`, 10)]));
      await server.changePassword("another one");
      await using sender = await startDelivering(beds);
      await eventually("the trouble is told", async () =>
        /refuses the login of the user anonymous/.test(await sender.trouble()),
      );
      assert.match(reasonOf(sender.check()), /refuses the login/);
      await eventually("the task says why it waits", async () => {
        const rows = await Promise.all(tasks.map(async ({ id }) => await bed.task(id)));
        return rows.some(({ state, failure_class }) => state === "READY_TO_SEND" && failure_class === "delivery");
      });
      // The first probe and the first task may have shared a login, or had one each.
      assert.ok(tampered.commands.filter((command) => command.startsWith("PASS")).length <= 2);
      await server.changePassword(server.password);
      for (const { id } of tasks) await isDone(beds, id);
      assert.equal((await bed.task(tasks[0]?.id ?? "")).delivery_attempt_count, 1);
      await eventually("the trouble is over", async () => (await sender.trouble()) === "");
      assert.equal(sender.check().ok, true);
      assert.ok(!sender.lines.join("").includes(server.password), "the password is in the log");
    }));

  test("trouble: a read-only folder pauses the queue; once writable, the task is DONE", () =>
    withBeds(async (beds) => {
      const { bed, server } = beds;
      await server.setWritable(false);
      const { id } = await bed.addReady([video("v.mp4", 10)]);
      await using sender = await startDelivering(beds);
      await eventually("the trouble is told", async () =>
        /does not let the user anonymous write/.test(await sender.trouble()),
      );
      assert.equal(sender.check().ok, false);
      assert.match((await bed.task(id)).advice_texts ?? "", /ftp\.directory/);
      await server.setWritable(true);
      await isDone(beds, id);
    }));

  test("trouble: a full server is tried by a probe, then by one delivery at a time; with space again, all are DONE", () =>
    withBeds(async (beds) => {
      const { bed, tampered } = beds;
      const tasks: TaskRow[] = [];
      for (let task = 0; task < 5; task += 1) tasks.push(await bed.addReady([video(`${task}.mp4`)]));
      const isProbe = (command: string) => command.includes("/.dwld-probe.");
      tampered.tamper.onReply = ({ command, reply }) =>
        command.startsWith("STOR") && !isProbe(command) && reply.startsWith("226") ? { reply: "452 Full." } : "pass";
      await using sender = await startDelivering(beds);
      const stores = () => tampered.commands.filter((command) => command.startsWith("STOR"));
      const fromProbe = () => (stores().some(isProbe) ? stores().slice(stores().findIndex(isProbe)).map(isProbe) : []);
      await eventually("one has tried, and a probe again", () => fromProbe().filter((probe) => probe).length === 2, {
        deadlineMs: 60_000,
      });
      assert.match(await sender.trouble(), /no space left/);
      assert.deepEqual(fromProbe().slice(0, 3), [true, false, true]);
      tampered.tamper = {};
      for (const { id } of tasks) await isDone(beds, id);
      await eventually("the trouble is over", async () => (await sender.trouble()) === "");
      for (const { id } of tasks) assert.equal((await bed.task(id)).delivery_attempt_count, 1);
    }));

  test("trouble: a server that is away is waited for, and delivery goes on when it is back", () =>
    withBeds(async (beds) => {
      const { bed, server } = beds;
      await server.goAway();
      const { id } = await bed.addReady([video("v.mp4", 10)]);
      await using sender = await startDelivering(beds);
      await eventually("the trouble is told", async () => (await sender.trouble()) !== "");
      assert.equal(sender.check().ok, false);
      await server.comeBack();
      await isDone(beds, id);
      assert.equal((await bed.task(id)).delivery_attempt_count, 1);
    }));

  test("trouble: a task that waited too long for a server that is away fails with the reason", () =>
    withBeds(async (beds) => {
      const { bed, server } = beds;
      await server.goAway();
      const { id } = await bed.addReady([video("v.mp4", 10)]);
      await using _ = await startDelivering(beds, { giveUpAfterMs: 1000 });
      await eventually("the task is FAILED", async () => (await bed.task(id)).state === "FAILED", {
        deadlineMs: 30_000,
      });
      assert.equal((await bed.task(id)).failure_class, "delivery");
      assert.match((await bed.task(id)).failure_message ?? "", /ftp:\/\/127\.0\.0\.1/);
      assert.match((await bed.task(id)).advice_texts ?? "", /сервер, на который его отправляют/);
      assert.ok(existsSync((await bed.files(id))[0]?.local_path ?? ""));
    }));
});
