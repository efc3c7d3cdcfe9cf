import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { createLogger } from "@dwld/daemon";
import { CircuitBreaker } from "./circuit-breaker.ts";
import { DestinationError, type FailureKind, type FailurePhase } from "./destination-error.ts";
import type { Destination, Session } from "./destination.ts";

const failure = (kind: FailureKind, phase: FailurePhase) =>
  new DestinationError({ kind, phase, message: `no ${kind}`, advice: "Mend it." });

/** Holds the one file that was put there last. */
function makeSession(): Session {
  let sizeBytes: number | undefined;
  const session: Partial<Session> = {
    ensureFolder: async (path) => ({ path }),
    put: async (_, source) => {
      sizeBytes = 0;
      for await (const chunk of source) sizeBytes += (chunk as Buffer).length;
    },
    size: async () => sizeBytes,
    remove: async () => {
      sizeBytes = undefined;
    },
    release: () => {},
  };
  return session as Session;
}

type Bench = {
  breaker: CircuitBreaker;
  /** The errors of the next attempts to connect. Without one they succeed. */
  refusals: DestinationError[];
  attempts: () => number;
  /** The last facts that the runner and the status got. */
  told: { paused: string | undefined; trouble: string; givenUp: number };
  waiting: { tasks: boolean };
  /** Run in the middle of a probe: when it connects, and when it asks what waits. */
  during: { connect?: () => void; isWaited?: () => void };
  /** The error of a write in the folder. */
  folder: { refusal: DestinationError | undefined };
  /** Lets time go by, and what it sets off. */
  pass: (ms: number) => Promise<void>;
};

async function withBreaker(run: (bench: Bench) => Promise<void>): Promise<void> {
  mock.timers.enable({ apis: ["setTimeout"] });
  const refusals: DestinationError[] = [];
  const told: Bench["told"] = { paused: undefined, trouble: "", givenUp: 0 };
  const troubles = { destination_away: "", destination_refuses: "" };
  const waiting = { tasks: true };
  const folder: Bench["folder"] = { refusal: undefined };
  const during: Bench["during"] = {};
  let attempts = 0;
  const destination: Destination = {
    name: "ftp://test:21",
    title: "ftp://test:21",
    words: { refusalInRussian: "" },
    connect: async () => {
      attempts += 1;
      during.connect?.();
      const refusal = refusals.shift();
      if (refusal !== undefined) throw refusal;
      return {
        ...makeSession(),
        ...(folder.refusal === undefined ? {} : { put: async () => assert.fail(folder.refusal) }),
      };
    },
    close: () => {},
  };
  const breaker = new CircuitBreaker({
    destination,
    directory: "/videos",
    logger: createLogger({ level: "silent", app: "test" }),
    pause: (reason) => (told.paused = reason),
    setTrouble: (source, trouble) => {
      troubles[source] = trouble;
      told.trouble = `${troubles.destination_away}${troubles.destination_refuses}`;
    },
    isWaited: async () => {
      during.isWaited?.();
      return waiting.tasks;
    },
    giveUp: async () => {
      told.givenUp += 1;
    },
    now: () => 0,
    random: () => 1,
  });
  const pass = async (ms: number) => {
    mock.timers.tick(ms);
    // The probe's steps, each of which takes a turn.
    for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => void setImmediate(resolve));
  };
  try {
    await run({ breaker, refusals, attempts: () => attempts, told, waiting, during, folder, pass });
  } finally {
    breaker.close();
    mock.timers.reset();
  }
}

test("circuit breaker: ready once the destination gave a session, and says since when", () =>
  withBreaker(async ({ breaker }) => {
    assert.deepEqual(breaker.check(), { ok: false, reason: "no contact yet" });
    await breaker.start();
    assert.deepEqual(breaker.check(), { ok: true, detail: "last contact 1970-01-01T00:00:00.000Z" });
  }));

test("circuit breaker: a destination that is away pauses the queue, and is probed at growing intervals", () =>
  withBreaker(async ({ breaker, refusals, attempts, told, pass }) => {
    refusals.push(...Array.from({ length: 3 }, () => failure("connection", "connect")));
    await breaker.start();
    assert.equal(told.paused, "no connection");
    assert.equal(told.trouble, "no connection. Mend it.");
    assert.equal(breaker.check().ok, false);
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
    assert.equal(breaker.check().ok, true);
    assert.equal(told.givenUp, 3);
  }));

test("circuit breaker: failures during a pause neither prolong it nor begin another", () =>
  withBreaker(async ({ breaker, attempts, pass }) => {
    for (let report = 0; report < 50; report += 1) breaker.failed(failure("connection", "connect"));
    await pass(1000);
    assert.equal(attempts(), 1);
    await pass(100_000);
    assert.equal(attempts(), 1);
  }));

test("circuit breaker: a refused login is probed less often", () =>
  withBreaker(async ({ breaker, attempts, pass }) => {
    breaker.failed(failure("login", "connect"));
    await pass(4999);
    assert.equal(attempts(), 0);
    await pass(1);
    assert.equal(attempts(), 1);
  }));

for (const kind of ["permission", "no_space"] as const)
  test(`circuit breaker: ${kind} pauses the queue; then one delivery at a time is let through, until one succeeds`, () =>
    withBreaker(async ({ breaker, told, attempts, pass }) => {
      assert.equal(breaker.failed(failure(kind, "work")), 5000);
      assert.equal(told.paused, `no ${kind}`);
      await pass(5000);
      assert.equal(attempts(), 1);
      assert.equal(told.paused, undefined);
      assert.equal(breaker.check().ok, false);
      const ended = breaker.begin();
      assert.equal(told.paused, `no ${kind}`, "a second one may begin");
      breaker.failed(failure(kind, "work"));
      ended();
      assert.equal(told.paused, `no ${kind}`);
      await pass(9999);
      assert.equal(told.paused, `no ${kind}`);
      await pass(1);
      assert.equal(told.paused, undefined);
      const finished = breaker.begin();
      breaker.delivered();
      finished();
      assert.equal(told.paused, undefined);
      assert.equal(told.trouble, "");
      assert.equal(breaker.check().ok, true);
    }));

test("circuit breaker: half-open, a delivery that ends without a verdict lets the next one begin", () =>
  withBreaker(async ({ breaker, told, pass }) => {
    breaker.failed(failure("no_space", "work"));
    await pass(5000);
    const canceled = breaker.begin();
    assert.equal(told.paused, "no no_space");
    canceled();
    assert.equal(told.paused, undefined);
    const aboutItsName = breaker.begin();
    breaker.failed(failure("name_refused", "work"));
    aboutItsName();
    assert.equal(told.paused, undefined);
    assert.notEqual(told.trouble, "");
  }));

test("circuit breaker: a destination without space for the probe is sent nothing more", () =>
  withBreaker(async ({ breaker, told, folder, pass }) => {
    breaker.failed(failure("no_space", "work"));
    folder.refusal = failure("no_space", "work");
    await pass(5000);
    assert.equal(told.paused, "no no_space");
    folder.refusal = undefined;
    await pass(10_000);
    assert.equal(told.paused, undefined);
  }));

test("circuit breaker: a broken transfer is probed by a few bytes; if these may not be written, the breaker closes all the same", () =>
  withBreaker(async ({ breaker, told, folder, pass }) => {
    breaker.failed(failure("connection", "work"));
    folder.refusal = failure("connection", "work");
    await pass(5000);
    assert.equal(told.paused, "no connection");
    folder.refusal = failure("permission", "work");
    await pass(10_000);
    assert.equal(told.paused, undefined);
    assert.equal(told.trouble, "");
  }));

test("circuit breaker: a delivery under way that succeeds closes it, also during a probe", () =>
  withBreaker(async ({ breaker, told, refusals, attempts, pass }) => {
    breaker.failed(failure("connection", "connect"));
    refusals.push(failure("connection", "connect"));
    mock.timers.tick(1000);
    breaker.delivered();
    await pass(0);
    assert.equal(told.paused, undefined);
    assert.equal(breaker.check().ok, true);
    assert.equal(attempts(), 0);
  }));

test("circuit breaker: a delivery that succeeds while the probe connects closes it, whatever the probe meets", () =>
  withBreaker(async ({ breaker, told, refusals, during, attempts, pass }) => {
    breaker.failed(failure("connection", "connect"));
    refusals.push(failure("connection", "connect"));
    during.connect = () => breaker.delivered();
    await pass(5000);
    assert.equal(attempts(), 1);
    assert.equal(told.paused, undefined);
    assert.equal(breaker.check().ok, true);
  }));

test("circuit breaker: one that is closed while its probe asks what waits changes nothing more", () =>
  withBreaker(async ({ breaker, told, during, pass }) => {
    breaker.failed(failure("no_space", "work"));
    during.isWaited = () => breaker.close();
    await pass(5000);
    assert.equal(told.paused, "no no_space");
  }));

test("circuit breaker: if nobody can say what waits, a delivery is tried", () =>
  withBreaker(async ({ breaker, told, during, pass }) => {
    breaker.failed(failure("no_space", "work"));
    during.isWaited = () => {
      throw new Error("the table cannot be read");
    };
    await pass(5000);
    assert.equal(told.paused, undefined);
    assert.equal(breaker.check().ok, false);
  }));

test("circuit breaker: closes with its pause if nothing waits any more", () =>
  withBreaker(async ({ breaker, told, waiting, pass }) => {
    breaker.failed(failure("no_space", "work"));
    waiting.tasks = false;
    await pass(5000);
    assert.equal(told.trouble, "");
  }));

test("circuit breaker: closes after a broken transfer as soon as the probe succeeds", () =>
  withBreaker(async ({ breaker, told, attempts, pass }) => {
    breaker.failed(failure("connection", "work"));
    assert.equal(told.paused, "no connection");
    await pass(5000);
    assert.equal(attempts(), 1);
    assert.equal(told.trouble, "");
  }));

for (const kind of ["unknown", "name_refused", "name_taken", "folder_refused", "cannot_resume"] as const)
  test(`circuit breaker: a failure of one file pauses nothing (${kind})`, () =>
    withBreaker(async ({ breaker, told }) => {
      breaker.failed(failure(kind, "work"));
      assert.equal(told.paused, undefined);
      assert.equal(told.trouble, "");
    }));

test("circuit breaker: starts nothing more after it was closed", () =>
  withBreaker(async ({ breaker, attempts, pass }) => {
    breaker.failed(failure("connection", "connect"));
    breaker.close();
    breaker.failed(failure("connection", "connect"));
    await pass(1_000_000);
    assert.equal(attempts(), 0);
  }));
