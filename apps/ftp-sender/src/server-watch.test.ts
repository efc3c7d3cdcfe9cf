import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { createLogger } from "@dwld/daemon";
import {
  type Destination,
  DestinationError,
  type FailureKind,
  type FailureStage,
  type Session,
} from "./destination.ts";
import { ServerWatch } from "./server-watch.ts";

const failure = (kind: FailureKind, stage: FailureStage) =>
  new DestinationError({ kind, stage, message: `no ${kind}`, advice: "Mend it." });

const session = { release: () => {} } as Session;

type Bench = {
  watch: ServerWatch;
  /** What the next attempts to connect end with; success where there is none. */
  refusals: DestinationError[];
  attempts: () => number;
  /** What the runner and the status were told last. */
  told: { paused: string | undefined; trouble: string; givenUp: number };
  waiting: { tasks: boolean };
  /** Lets time go by, and what it sets off. */
  pass: (ms: number) => Promise<void>;
};

async function withWatch(run: (bench: Bench) => Promise<void>): Promise<void> {
  mock.timers.enable({ apis: ["setTimeout"] });
  const refusals: DestinationError[] = [];
  const told: Bench["told"] = { paused: undefined, trouble: "", givenUp: 0 };
  const waiting = { tasks: true };
  let attempts = 0;
  const destination: Destination = {
    name: "ftp://test:21",
    connect: async () => {
      attempts += 1;
      const refusal = refusals.shift();
      if (refusal !== undefined) throw refusal;
      return session;
    },
    close: () => {},
  };
  const watch = new ServerWatch({
    destination,
    logger: createLogger({ level: "silent", app: "test" }),
    pause: (reason) => (told.paused = reason),
    setTrouble: (trouble) => (told.trouble = trouble),
    isWaited: () => waiting.tasks,
    giveUp: async () => {
      told.givenUp += 1;
    },
    now: () => 0,
    random: () => 1,
  });
  const pass = async (ms: number) => {
    mock.timers.tick(ms);
    await new Promise((resolve) => void setImmediate(resolve));
  };
  try {
    await run({ watch, refusals, attempts: () => attempts, told, waiting, pass });
  } finally {
    watch.close();
    mock.timers.reset();
  }
}

test("it is ready once the server has let it in, and says since when", () =>
  withWatch(async ({ watch }) => {
    assert.deepEqual(watch.check(), { ok: false, reason: "no contact yet" });
    await watch.start();
    assert.deepEqual(watch.check(), { ok: true, detail: "last contact 1970-01-01T00:00:00.000Z" });
  }));

test("a server that is away pauses the queue; one attempt after another looks for it, each later than the last", () =>
  withWatch(async ({ watch, refusals, attempts, told, pass }) => {
    refusals.push(...Array.from({ length: 3 }, () => failure("connection", "connect")));
    await watch.start();
    assert.equal(told.paused, "no connection");
    assert.equal(told.trouble, "no connection. Mend it.");
    assert.equal(watch.check().ok, false);
    for (const [ms, expected] of [
      [999, 1],
      [1, 2],
      [1999, 2],
      [1, 3],
      [3999, 3],
      [1, 4],
    ] as const) {
      await pass(ms);
      assert.equal(attempts(), expected);
    }
    assert.equal(told.paused, undefined);
    assert.equal(told.trouble, "");
    assert.equal(watch.check().ok, true);
    assert.equal(told.givenUp, 3);
  }));

test("what other deliveries report during a pause neither prolongs it nor begins another", () =>
  withWatch(async ({ watch, attempts, pass }) => {
    for (let report = 0; report < 50; report += 1) watch.failed(failure("connection", "connect"));
    await pass(1000);
    assert.equal(attempts(), 1);
    await pass(100_000);
    assert.equal(attempts(), 1);
  }));

test("a refused login is tried less often", () =>
  withWatch(async ({ watch, attempts, pass }) => {
    watch.failed(failure("login", "connect"));
    await pass(4999);
    assert.equal(attempts(), 0);
    await pass(1);
    assert.equal(attempts(), 1);
  }));

test("a folder that cannot be written pauses the queue, and only a delivery ends the trouble", () =>
  withWatch(async ({ watch, told, attempts, pass }) => {
    watch.failed(failure("permission", "work"));
    assert.equal(told.paused, "no permission");
    await pass(5000);
    assert.equal(told.paused, undefined);
    assert.equal(attempts(), 0);
    assert.equal(watch.check().ok, false);
    watch.failed(failure("permission", "work"));
    await pass(5000);
    assert.equal(told.paused, "no permission");
    await pass(5000);
    assert.equal(told.paused, undefined);
    watch.delivered();
    assert.equal(told.trouble, "");
    assert.equal(watch.check().ok, true);
  }));

test("where nothing waits any more, the trouble is over with its pause", () =>
  withWatch(async ({ watch, told, waiting, pass }) => {
    watch.failed(failure("no_space", "work"));
    waiting.tasks = false;
    await pass(5000);
    assert.equal(told.trouble, "");
  }));

test("a transfer that broke is over as soon as the server lets in again", () =>
  withWatch(async ({ watch, told, attempts, pass }) => {
    watch.failed(failure("connection", "work"));
    assert.equal(told.paused, "no connection");
    await pass(5000);
    assert.equal(attempts(), 1);
    assert.equal(told.trouble, "");
  }));

for (const kind of ["unknown", "name_refused", "cannot_resume"] as const)
  test(`what concerns one file alone pauses nothing (${kind})`, () =>
    withWatch(async ({ watch, told }) => {
      watch.failed(failure(kind, "work"));
      assert.equal(told.paused, undefined);
      assert.equal(told.trouble, "");
    }));

test("after its end it starts nothing more", () =>
  withWatch(async ({ watch, attempts, pass }) => {
    watch.failed(failure("connection", "connect"));
    watch.close();
    watch.failed(failure("connection", "connect"));
    await pass(1_000_000);
    assert.equal(attempts(), 0);
  }));
