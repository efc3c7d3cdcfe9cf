import assert from "node:assert/strict";
import { test } from "node:test";
import { DestinationError } from "./destination-error.ts";
import { type KeptSession, SessionPool } from "./session-pool.ts";

type Fake = KeptSession & { usable: boolean; closed: boolean; number: number };

function makeFakes() {
  const opened: Fake[] = [];
  const open = async (): Promise<Fake> => {
    const fake: Fake = {
      number: opened.length + 1,
      usable: true,
      closed: false,
      isAlive: async () => true,
      close: () => {
        fake.closed = true;
      },
    };
    opened.push(fake);
    return fake;
  };
  return { opened, open };
}

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));
const forever = () => new AbortController().signal;
const refuse = (kind: "login" | "too_many_connections") =>
  new DestinationError({ kind, phase: "connect", message: kind, advice: "" });

test("session pool: a session is used again", async () => {
  const { opened, open } = makeFakes();
  const pool = new SessionPool(open);
  for (let use = 0; use < 3; use += 1) pool.give(await pool.take(forever()));
  assert.equal(opened.length, 1);
  pool.close();
  assert.ok(opened.every(({ closed }) => closed));
});

test("session pool: a broken session is replaced", async () => {
  const { opened, open } = makeFakes();
  const pool = new SessionPool(open);
  const first = await pool.take(forever());
  pool.give(first);
  first.usable = false;
  assert.equal((await pool.take(forever())).number, 2);
  assert.ok(opened[0]?.closed);
});

test("session pool: a session that comes back broken, or after the pool was closed, is closed", async () => {
  const { opened, open } = makeFakes();
  const pool = new SessionPool(open);
  const [broken, late] = [await pool.take(forever()), await pool.take(forever())];
  broken.usable = false;
  pool.give(broken);
  assert.equal(broken.closed, true);
  pool.close();
  pool.give(late);
  assert.ok(opened.every(({ closed }) => closed));
});

test("session pool: concurrent callers get a session each, opened one after the other", async () => {
  const { open } = makeFakes();
  let opening = 0;
  let most = 0;
  const pool = new SessionPool(async () => {
    most = Math.max(most, (opening += 1));
    await turn();
    opening -= 1;
    return await open();
  });
  const sessions = await Promise.all([1, 2, 3].map(() => pool.take(forever())));
  assert.deepEqual(
    sessions.map(({ number }) => number).toSorted((a, b) => a - b),
    [1, 2, 3],
  );
  assert.equal(most, 1);
});

test("session pool: concurrent callers share one failed login", async () => {
  let attempts = 0;
  const failing = Promise.withResolvers<Fake>();
  const pool = new SessionPool(() => {
    attempts += 1;
    return failing.promise;
  });
  const asked = [1, 2, 3].map(() => pool.take(forever()));
  failing.reject(refuse("login"));
  for (const result of await Promise.allSettled(asked)) assert.equal(result.status, "rejected");
  assert.equal(attempts, 1);
});

test("session pool: at the server's limit, callers wait for a session, and more are never tried again", async () => {
  const { opened, open } = makeFakes();
  let attempts = 0;
  const pool = new SessionPool(async () => {
    attempts += 1;
    if (opened.length > 0) throw refuse("too_many_connections");
    return await open();
  });
  const first = await pool.take(forever());
  const second = pool.take(forever());
  await turn();
  pool.give(first);
  assert.equal(await second, first);
  const third = pool.take(forever());
  await turn();
  pool.give(first);
  assert.equal(await third, first);
  assert.equal(attempts, 2);
});

test("session pool: callers that share the refusal of one session too many wait, too", async () => {
  const { opened, open } = makeFakes();
  const refused = Promise.withResolvers<Fake>();
  const pool = new SessionPool(() => (opened.length > 0 ? refused.promise : open()));
  const first = await pool.take(forever());
  const others = [1, 2, 3].map(() => pool.take(forever()));
  refused.reject(refuse("too_many_connections"));
  pool.give(first);
  for (const taking of others)
    void taking.then((session) => {
      pool.give(session);
    });
  assert.deepEqual(await Promise.all(others), [first, first, first]);
  assert.equal(opened.length, 1);
});

test("session pool: an aborted caller leaves its turn to the next", async () => {
  const { opened, open } = makeFakes();
  const pool = new SessionPool(async () => {
    if (opened.length > 0) throw refuse("too_many_connections");
    return await open();
  });
  const first = await pool.take(forever());
  const controller = new AbortController();
  const canceled = pool.take(controller.signal);
  const next = pool.take(forever());
  await turn();
  controller.abort(new Error("canceled"));
  await assert.rejects(canceled, /canceled/);
  pool.give(first);
  assert.equal(await next, first);
});

test("session pool: too many sessions, none of them ours, is an error", async () => {
  const pool = new SessionPool(() => Promise.reject(refuse("too_many_connections")));
  await assert.rejects(pool.take(forever()), { kind: "too_many_connections" });
});

test("session pool: a session that comes when its caller is gone is the next caller's, and no other is opened for it", async () => {
  const { opened, open } = makeFakes();
  const late = Promise.withResolvers<undefined>();
  const pool = new SessionPool(async () => {
    await late.promise;
    return await open();
  });
  const controller = new AbortController();
  const asked = pool.take(controller.signal);
  controller.abort(new Error("canceled"));
  await assert.rejects(asked, /canceled/);
  const next = pool.take(forever());
  late.resolve(undefined);
  pool.give(await next);
  pool.give(await pool.take(forever()));
  assert.equal(opened.length, 1);
});

test("session pool: a caller that is canceled, at whatever step after its session came, takes it from nobody", async () => {
  for (let steps = 0; steps < 9; steps += 1) {
    const { opened, open } = makeFakes();
    const answer = Promise.withResolvers<undefined>();
    const pool = new SessionPool(async () => {
      await answer.promise;
      return await open();
    });
    const controller = new AbortController();
    const asked = pool.take(controller.signal);
    answer.resolve(undefined);
    for (let step = 0; step < steps; step += 1) await Promise.resolve();
    controller.abort(new Error("canceled"));
    const [taken] = await Promise.allSettled([asked]);
    if (taken.status === "fulfilled") pool.give(taken.value);
    await pool.take(forever());
    assert.equal(opened.length, 1, `canceled after ${steps} steps`);
  }
});

/** Returns a pool whose server has refused more than a number of sessions, which are taken; `next` opens the others. */
async function poolAtLimit(limit: number, next: () => Promise<Fake>) {
  const { opened, open } = makeFakes();
  let attempts = 0;
  const pool = new SessionPool(async () => {
    attempts += 1;
    if (attempts <= limit) return await open();
    if (attempts === limit + 1) throw refuse("too_many_connections");
    return await next();
  });
  const sessions: Fake[] = [];
  while (sessions.length < limit) sessions.push(await pool.take(forever()));
  const controller = new AbortController();
  const refused = pool.take(controller.signal);
  await turn();
  controller.abort(new Error("canceled"));
  await assert.rejects(refused, /canceled/);
  return { pool, sessions, open, opened };
}

test("session pool: at the limit, who waits while another looks after a dead session has the place if that one is canceled", async (t) => {
  const late = Promise.withResolvers<Fake>();
  const {
    pool,
    sessions: [dead],
    open,
  } = await poolAtLimit(1, () => late.promise);
  assert.ok(dead !== undefined);
  const answer = Promise.withResolvers<boolean>();
  dead.isAlive = () => answer.promise;
  pool.give(dead);
  const nowMs = performance.now();
  t.mock.method(performance, "now", () => nowMs + 60_000);
  const controller = new AbortController();
  const first = pool.take(controller.signal);
  const second = pool.take(forever());
  await turn();
  answer.resolve(false);
  await turn();
  controller.abort(new Error("canceled"));
  await assert.rejects(first, /canceled/);
  assert.ok(dead.closed);
  late.resolve(await open());
  const session = await second;
  assert.equal(session.number, 2);
  const third = pool.take(forever());
  await turn();
  pool.give(session);
  assert.equal(await third, session, "one session and no more");
});

test("session pool: at the limit, those who wait share the failure to replace a broken session", async () => {
  let attempts = 0;
  const {
    pool,
    sessions: [broken],
  } = await poolAtLimit(2, async () => {
    attempts += 1;
    throw refuse("login");
  });
  assert.ok(broken !== undefined);
  const waiting = [1, 2, 3].map(() => pool.take(forever()));
  await turn();
  broken.usable = false;
  pool.give(broken);
  for (const result of await Promise.allSettled(waiting)) assert.equal(result.status, "rejected");
  assert.equal(attempts, 1);
});

test("session pool: after it was closed, those who wait have a session each in turn, and none is kept", async () => {
  const others = makeFakes();
  const { pool, sessions, opened } = await poolAtLimit(1, others.open);
  const waiting = [1, 2].map(() => pool.take(forever()));
  await turn();
  pool.close();
  for (const session of sessions) pool.give(session);
  for (const taking of waiting) pool.give(await taking);
  assert.equal(others.opened.length, 2);
  assert.ok([...opened, ...others.opened].every(({ closed }) => closed));
});
