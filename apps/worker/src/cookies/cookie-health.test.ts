import assert from "node:assert/strict";
import { test } from "node:test";
import type { CookieFileRow } from "@dwld/queue";
import { cookieOutcome, type CookieOutcome, isSetAside, judgeCookies } from "./cookie-health.ts";

/** Returns the record after these runs, one each millisecond, with the same content unless another is given. */
function after(...outcomes: (CookieOutcome | "changed")[]): CookieFileRow {
  let stamp = 1;
  let row: CookieFileRow | undefined;
  for (const [now, outcome] of outcomes.entries()) {
    if (outcome === "changed") stamp += 1;
    else row = judgeCookies(row, { host: "here", path: "/c", stamp: String(stamp) }, outcome, now);
  }
  assert.ok(row);
  return row;
}

const aside = (...outcomes: Parameters<typeof after>): boolean => {
  const row = after(...outcomes);
  return isSetAside(row, row.stamp);
};

test("cookie health: cookies that a site calls expired are set aside at once, whatever they did before", () => {
  assert.ok(aside("expired"));
  assert.ok(aside("succeeded", "expired"));
  assert.equal(after("succeeded", "expired").set_aside_at, 1);
  assert.equal(after("expired").failure_class, "cookies_stale");
});

test("cookie health: unproven cookies are set aside at the first refusal", () => {
  assert.ok(aside("refused"));
  assert.equal(after("refused").failure_class, "login_required");
});

test("cookie health: proven cookies are set aside at the third refusal in a row", () => {
  assert.ok(!aside("succeeded", "refused", "refused"));
  assert.ok(aside("succeeded", "refused", "refused", "refused"));
  assert.ok(!aside("succeeded", "refused", "refused", "succeeded", "refused", "refused"));
});

test("cookie health: a changed file is judged anew, and a success clears it", () => {
  assert.ok(!aside("expired", "changed", "succeeded"));
  assert.ok(aside("succeeded", "changed", "refused"), "what worked was another content");
  assert.equal(isSetAside(after("expired"), "another stamp"), false);
  assert.ok(!aside("expired", "succeeded"));
});

test("cookie health: a success that is no news changes no record", () => {
  const known = after("succeeded");
  assert.equal(judgeCookies(known, { host: "here", path: "/c", stamp: "1" }, "succeeded", 99), known);
});

test("cookie health: other failures say nothing about cookies", () => {
  assert.equal(cookieOutcome({ succeeded: false, failureClass: "gone" }), undefined);
  assert.equal(cookieOutcome({ succeeded: false, failureClass: "bot_check" }), undefined);
  assert.equal(cookieOutcome({ succeeded: false }), undefined, "an interrupted run");
  assert.equal(cookieOutcome({ succeeded: false, failureClass: "cookies_stale" }), "expired");
  assert.equal(cookieOutcome({ succeeded: false, failureClass: "login_required" }), "refused");
});
