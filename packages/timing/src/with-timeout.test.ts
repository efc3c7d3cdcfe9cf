import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { test } from "node:test";
import { TimeoutError, withTimeout } from "./with-timeout.ts";

const never = new Promise<string>(() => undefined);

test("time-out: a promise in time gives its value or its error, and leaves no timer", async (t) => {
  const started = t.mock.method(globalThis, "setTimeout");
  const ended = t.mock.method(globalThis, "clearTimeout");
  assert.equal(await withTimeout(Promise.resolve("done"), 60_000), "done");
  await assert.rejects(withTimeout(Promise.reject(new Error("broken")), 60_000), /broken/);
  const timers = started.mock.calls.map(({ result }) => result);
  assert.equal(timers.length, 2);
  const left = timers.filter((timer) => !ended.mock.calls.some(({ arguments: [one] }) => one === timer));
  assert.deepEqual(left, []);
});

test("time-out: a promise that takes too long throws, or gives what the caller says", async () => {
  await assert.rejects(
    withTimeout(never, 5),
    (error) => error instanceof TimeoutError && error.message === "took longer than 0.005 s",
  );
  assert.equal(await withTimeout(never, 5, () => undefined), undefined);
  await assert.rejects(
    withTimeout(never, 5, () => {
      throw new Error("no handshake");
    }),
    /no handshake/,
  );
});

test("time-out: an aborted signal throws its reason, before and during the wait", async () => {
  const stop = new AbortController();
  const waiting = withTimeout(never, stop.signal);
  stop.abort(new Error("shutting down"));
  await assert.rejects(waiting, /shutting down/);
  await assert.rejects(withTimeout(never, stop.signal), /shutting down/);
  assert.equal(await withTimeout(never, stop.signal, () => "stopped"), "stopped");
});

test("time-out: a failure after the end is not an unhandled rejection", async () => {
  const { promise, reject } = Promise.withResolvers<never>();
  await assert.rejects(withTimeout(promise, 5), TimeoutError);
  reject(new Error("too late"));
  await new Promise((resolve) => setImmediate(resolve));
});

test("time-out: an answer that arrived while this process was busy still counts", async (t) => {
  const server = createServer().listen(0, "127.0.0.1");
  t.after(() => server.close());
  await once(server, "listening");
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  const [accepted] = (await once(server, "connection")) as [Socket];
  const waiting = withTimeout(once(socket, "data"), 20);
  accepted.end("answer");
  const busyUntil = performance.now() + 60;
  while (performance.now() < busyUntil);
  assert.equal(String((await waiting)[0]), "answer");
});
