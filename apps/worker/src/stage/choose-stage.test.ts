import assert from "node:assert/strict";
import { test } from "node:test";
import { type FailureClass, failureClasses } from "../failure/failure-class.ts";
import { chooseStage, type Now, type Stage, type StageTraits } from "./choose-stage.ts";
import { remedyFor } from "./remedy.ts";

const plain: StageTraits = {
  cookies: false,
  proxy: false,
  client: undefined,
  format: false,
  embedding: true,
  ytdlp: undefined,
};
const stages: [Stage, ...Stage[]] = [
  { name: "plain", traits: plain },
  { name: "client", traits: { ...plain, client: "tv" } },
  { name: "cookies", traits: { ...plain, cookies: true } },
  { name: "proxy", traits: { ...plain, proxy: true } },
  { name: "single", traits: { ...plain, format: true, embedding: false } },
];
const limits = { maxAttempts: 10, maxTotalMs: 72 * 3_600_000 };

function choose(history: [string, FailureClass][], given: Partial<Now> = {}, among = stages) {
  const past = history.map(([stage, failureClass]) => ({ stage, failureClass, endedAtMs: 0 }));
  return chooseStage(among, past, limits, { nowMs: 0, random: 1, ...given });
}
const times = (count: number, stage: string, failureClass: FailureClass): [string, FailureClass][] =>
  Array.from({ length: count }, () => [stage, failureClass]);

test("the first attempt takes the first stage at once", () => {
  assert.deepEqual(choose([]), { next: "attempt", stage: "plain", atMs: 0 });
});

test("what nothing can cure costs one attempt", () => {
  const final: FailureClass[] = [
    "gone",
    "copyright_blocked",
    "drm",
    "unsupported_url",
    "invalid_url",
    "filtered",
    "too_large",
    "live_now",
    "permission",
  ];
  for (const failureClass of final) {
    const choice = choose([["plain", failureClass]]);
    assert.equal(choice.next, "end", failureClass);
    assert.equal(choice.next === "end" && choice.why, "final", failureClass);
  }
});

const cures: { failureClass: FailureClass; stage: string }[] = [
  { failureClass: "private", stage: "cookies" },
  { failureClass: "login_required", stage: "cookies" },
  { failureClass: "geo_blocked", stage: "proxy" },
  { failureClass: "format_unavailable", stage: "single" },
  { failureClass: "extractor_broken", stage: "client" },
  { failureClass: "bot_check", stage: "cookies" },
  { failureClass: "wrong_media", stage: "single" },
];
for (const { failureClass, stage } of cures)
  test(`${failureClass} is answered by the stage that changes what it is about: ${stage}`, () => {
    const choice = choose([["plain", failureClass]]);
    assert.equal(choice.next === "attempt" ? choice.stage : choice.why, stage);
  });

test("where no stage changes what the failure is about, the task ends instead of trying the others", () => {
  const [first, client] = stages;
  assert.ok(client);
  for (const failureClass of ["private", "geo_blocked"] as const) {
    const choice = choose([["plain", failureClass]], {}, [first, client]);
    assert.equal(choice.next === "end" && choice.why, "no_stage_left");
  }
});

test("stale cookies are answered by a stage without them", () => {
  const choice = choose([["cookies", "cookies_stale"]]);
  assert.equal(choice.next === "attempt" && choice.stage, "plain");
});

test("trouble that passes is waited for in the same stage, longer each time", () => {
  const waits = [10_000, 60_000, 300_000];
  waits.forEach((atMs, index) => {
    assert.deepEqual(choose(times(index + 1, "plain", "network")), { next: "attempt", stage: "plain", atMs });
  });
  const patient = choose(times(4, "plain", "network"));
  assert.equal(patient.next === "attempt" && patient.stage, "proxy");
});

test("a file that is refused is asked for afresh once, then by another client", () => {
  const again = choose([["plain", "forbidden_media"]]);
  assert.equal(again.next === "attempt" && again.stage, "plain");
  const other = choose(times(2, "plain", "forbidden_media"));
  assert.equal(other.next === "attempt" && other.stage, "client");
});

test("each stage is tried once in a round", () => {
  const history: [string, FailureClass][] = [
    ["plain", "extractor_broken"],
    ["client", "extractor_broken"],
  ];
  const choice = choose(history);
  assert.notEqual(choice.next === "attempt" && choice.stage, "client");
});

test("a bot check rests the site, and the next look is by a stage that looks different", () => {
  const choice = choose([["plain", "bot_check"]]);
  assert.deepEqual(choice.site, { verdict: "pause", reason: "bot_check", baseMs: 1_800_000, maxMs: 86_400_000 });
  const alone = choose([["plain", "bot_check"]], {}, [stages[0]]);
  assert.equal(alone.next === "attempt" && alone.stage, "plain", "where there is none, by the same one");
});

test("a limit rests the site until the time that it names, in the same stage", () => {
  const choice = choose([["plain", "rate_limited"]], { retryAtMs: 3_600_000 });
  assert.equal(choice.next === "attempt" && choice.stage, "plain");
  assert.ok(choice.site?.verdict === "pause" && choice.site.untilMs === 3_600_000);
});

test("a premiere is waited for until its time, and costs no attempt", () => {
  const history = times(40, "plain", "not_started");
  assert.deepEqual(choose(history, { retryAtMs: 7_200_000 }), {
    next: "attempt",
    stage: "plain",
    atMs: 7_200_000,
    site: { verdict: "answers" },
  });
});

test("attempts and total time are bounded", () => {
  const many = choose(times(10, "plain", "network"));
  assert.equal(many.next === "end" && many.why, "too_many_attempts");
  const long = choose([["plain", "rate_limited"]], { nowMs: limits.maxTotalMs + 1 });
  assert.equal(long.next === "end" && long.why, "too_long");
});

test("jitter takes away at most half of a pause", () => {
  const choice = choose([["plain", "network"]], { random: 0 });
  assert.equal(choice.next === "attempt" && choice.atMs, 5000);
});

test("every class comes to an end, whatever the stages do", () => {
  for (const failureClass of failureClasses) {
    const history: { stage: string; failureClass: FailureClass; endedAtMs: number }[] = [];
    let nowMs = 0;
    let choice = chooseStage(stages, history, limits, { nowMs, random: 0 });
    for (let step = 0; choice.next === "attempt"; step += 1) {
      assert.ok(step < 20_000, `${failureClass} goes on for ever`);
      // A site's rest passes before its next attempt.
      nowMs = Math.max(choice.atMs, nowMs) + (remedyFor(failureClass).site === undefined ? 1 : 15 * 60_000);
      history.push({ stage: choice.stage, failureClass, endedAtMs: nowMs });
      choice = chooseStage(stages, history, limits, { nowMs, random: 0 });
    }
  }
});
