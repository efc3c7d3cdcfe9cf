import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Code, ConnectError } from "@connectrpc/connect";
import { ProgramBench } from "../testing/program-bench.ts";
import { classifyFailure } from "./call-failure.ts";
import { connectTo } from "./client.ts";
import { type Clock, systemClock } from "./clock.ts";
import { type FollowOptions, type Followed, followTasks } from "./follow-tasks.ts";

/** Waits are told, and shortened. */
function hastyClock(waitsMs: number[] = []): Clock {
  return {
    ...systemClock,
    random: () => 1,
    sleep: async (durationMs, signal) => {
      waitsMs.push(durationMs);
      await systemClock.sleep(1, signal);
    },
  };
}

function follow(on: ProgramBench, options: Partial<FollowOptions> = {}): AsyncGenerator<Followed, void, undefined> {
  const signal = new AbortController().signal;
  return followTasks(
    connectTo(on.url).client,
    {},
    { signal, clock: hastyClock(), retryMs: 600_000, reached: false, ...options },
  );
}

/** The next thing heard that is no heartbeat. */
async function next(followed: AsyncGenerator<Followed, void, undefined>): Promise<Followed> {
  for (;;) {
    const { value } = await followed.next();
    assert.ok(value, "it goes on");
    if (value.kind !== "message" || value.message.event.case !== "heartbeat") return value;
  }
}

function eventOf(heard: Followed): string {
  return heard.kind === "message" ? (heard.message.event.case ?? "nothing") : heard.kind;
}

describe("follow tasks", { concurrency: true, timeout: 60_000 }, () => {
  test("follow tasks: after a restart the changes in between come, without a snapshot", async () => {
    await using on = await ProgramBench.start();
    const followed = follow(on);
    assert.equal(eventOf(await next(followed)), "snapshot");
    on.api.put({ link: "https://site.example/1" });
    assert.equal(eventOf(await next(followed)), "changed");
    await on.kill();
    on.api.put({ link: "https://site.example/2" });
    assert.equal(eventOf(await next(followed)), "lost");
    const back = next(followed);
    await on.serve();
    assert.equal(eventOf(await back), "back");
    const heard = await next(followed);
    assert.equal(
      heard.kind === "message" && heard.message.event.case === "changed" && heard.message.event.value.link,
      "https://site.example/2",
    );
    await followed.return();
  });

  test("follow tasks: reconnects after a clean end of the stream", async () => {
    await using on = await ProgramBench.start();
    const followed = follow(on);
    assert.equal(eventOf(await next(followed)), "snapshot");
    on.api.endStreams();
    assert.equal(eventOf(await next(followed)), "lost");
    on.api.put({ link: "https://site.example/1" });
    assert.equal(eventOf(await next(followed)), "back");
    assert.equal(eventOf(await next(followed)), "changed");
    await followed.return();
  });

  test("follow tasks: notices a frozen server, and reconnects", async () => {
    await using on = await ProgramBench.start();
    on.api.heartbeatEveryMs = 600_000;
    const followed = follow(on, { silenceMs: 500, reached: true });
    const heard: Followed[] = [];
    while (heard.length < 2 || heard.at(-1)?.kind !== "lost") heard.push(await next(followed));
    const last = heard.at(-1);
    assert.match(last?.kind === "lost" ? String(last.error) : "", /nothing heard for 0\.5 s/);
    const callsBefore = on.api.calls.length;
    const back = next(followed);
    const deadline = AbortSignal.timeout(20_000);
    while (on.api.calls.length === callsBefore) await systemClock.sleep(5, deadline);
    on.api.put({ link: "https://site.example/1" });
    assert.equal(eventOf(await back), "back");
    await followed.return();
  });

  test("follow tasks: waits longer each time, and gives up after retryMs", async () => {
    await using on = await ProgramBench.start();
    const waitsMs: number[] = [];
    let monotonicMs = 0;
    const clock: Clock = { ...hastyClock(waitsMs), monotonicMs: () => (monotonicMs += 1000) };
    const followed = follow(on, { clock, retryMs: 8000 });
    assert.equal(eventOf(await next(followed)), "snapshot");
    await on.kill();
    assert.equal(eventOf(await next(followed)), "lost");
    await assert.rejects(next(followed), (error) => classifyFailure(error) === "unreached");
    assert.ok(waitsMs.length > 4);
    assert.deepEqual(waitsMs.slice(0, 5), [250, 500, 1000, 2000, 4000]);
  });

  test("follow tasks: without a server at the start, it fails at once", async () => {
    await using on = await ProgramBench.start();
    await on.kill();
    await assert.rejects(next(follow(on)), (error) => classifyFailure(error) === "unreached");
  });

  test("follow tasks: a refusal of the server fails at once", async () => {
    await using on = await ProgramBench.start();
    on.api.before = () => {
      throw new ConnectError("no such state", Code.InvalidArgument);
    };
    await assert.rejects(next(follow(on, { reached: true })), (error) => classifyFailure(error) === "answered");
  });

  test("follow tasks: closes the connection when reading stops, and on its signal", async () => {
    await using on = await ProgramBench.start();
    const ended = Promise.withResolvers<void>();
    on.api.before = (_method, _request, context) => context.signal.addEventListener("abort", () => ended.resolve());
    const followed = follow(on);
    await next(followed);
    await followed.return();
    await ended.promise;

    const stop = new AbortController();
    const other = follow(on, { signal: stop.signal });
    await next(other);
    const last = next(other);
    stop.abort(new Error("stopped"));
    await assert.rejects(last, /stopped/);
  });
});
