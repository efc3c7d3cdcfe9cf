import assert from "node:assert/strict";
import { test } from "node:test";
import { createReadiness } from "./readiness.ts";

test("readiness: a process is ready if every check is ok", async () => {
  const ready = createReadiness([
    { name: "database", check: () => ({ ok: true, detail: "schema 1" }) },
    { name: "ffmpeg", check: async () => Promise.resolve({ ok: true }) },
  ]);
  assert.deepEqual(await ready(), {
    ok: true,
    checks: { database: { ok: true, detail: "schema 1" }, ffmpeg: { ok: true } },
  });
  assert.deepEqual(await createReadiness([])(), { ok: true, checks: {} });
});

test("readiness: a check that throws is not ok, for the reason it threw, without secrets", async () => {
  const ready = createReadiness([
    {
      name: "one",
      check: () => {
        throw new Error("ftp://u:geheim@nas refused");
      },
    },
    { name: "two", check: async () => Promise.reject(new Error("gone")) },
    { name: "three", check: () => ({ ok: true }) },
  ]);
  assert.deepEqual(await ready(), {
    ok: false,
    checks: {
      one: { ok: false, reason: "ftp://[redacted]@nas refused" },
      two: { ok: false, reason: "gone" },
      three: { ok: true },
    },
  });
});

test("readiness: a check that hangs is asked once, delays no other, and is believed again when it answers", async () => {
  let asked = 0;
  const answer = Promise.withResolvers<{ ok: true }>();
  const ready = createReadiness(
    [
      {
        name: "hangs",
        check: async () => {
          asked++;
          return await answer.promise;
        },
      },
      { name: "works", check: () => ({ ok: true }) },
    ],
    20,
  );
  const expected = {
    ok: false,
    checks: { hangs: { ok: false, reason: "no answer within 0.02 s" }, works: { ok: true } },
  };
  assert.deepEqual(await Promise.all([ready(), ready()]), [expected, expected]);
  assert.deepEqual(await ready(), expected);
  assert.equal(asked, 1);
  answer.resolve({ ok: true });
  assert.equal((await ready()).ok, true);
  assert.equal((await ready()).ok, true);
  assert.equal(asked, 2);
});
