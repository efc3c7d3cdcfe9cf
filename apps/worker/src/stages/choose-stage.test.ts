import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { hourMs } from "@dwld/timing";
import { type FailureClass, failureClasses } from "../failure/failure-class.ts";
import { type Bounds, chooseStage, type Now, type PastAttempt, type Stage, type StageTraits } from "./choose-stage.ts";
import { remedyFor } from "./remedy.ts";

const plain: StageTraits = {
  cookies: false,
  proxy: false,
  client: undefined,
  format: false,
  embedding: true,
  ytdlp: undefined,
};
const stageOf = (name: string, traits: Partial<StageTraits>, cookieFiles: string[] = []): Stage => ({
  name,
  traits: { ...plain, ...traits },
  cookieFiles,
});
const stages: [Stage, ...Stage[]] = [
  stageOf("plain", {}),
  stageOf("client", { client: "tv" }),
  stageOf("cookies", { cookies: true }, ["a"]),
  stageOf("proxy", { proxy: true }),
  stageOf("single", { format: true, embedding: false }),
];
const bounds: Bounds = { attemptCount: 1, attemptLimit: 10, giveUpAtMs: 72 * hourMs };

type Past = [stage: string, failureClass: FailureClass, cookieFile?: string | undefined];

function pastOf([stage, failureClass, cookieFile]: Past): PastAttempt {
  const traits = stages.find(({ name }) => name === stage)?.traits ?? plain;
  return { stage, traits, failureClass, cookieFile, arrived: false };
}

function choose(history: Past[], given: Partial<Now & Bounds> = {}, among = stages) {
  return chooseStage(among, history.map(pastOf), { ...bounds, ...given }, { nowMs: 0, random: 1, ...given });
}
const times = (count: number, stage: string, failureClass: FailureClass): Past[] =>
  Array.from({ length: count }, () => [stage, failureClass]);
/** Returns the stages, with these files in the pool of the one with cookies. */
const withPool = (cookieFiles: string[]): [Stage, ...Stage[]] => {
  const [first, ...rest] = stages;
  return [first, ...rest.map((stage) => (stage.name === "cookies" ? { ...stage, cookieFiles } : stage))];
};

test("choose stage: the first attempt takes the first stage at once", () => {
  assert.deepEqual(choose([]), { next: "attempt", stage: "plain", atMs: 0 });
});

test("choose stage: a final failure costs one attempt", () => {
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
  test(`choose stage: ${failureClass} is answered by the stage that changes what it is about: ${stage}`, () => {
    const choice = choose([["plain", failureClass]]);
    assert.equal(choice.next === "attempt" ? choice.stage : choice.why, stage);
  });

test("choose stage: if no stage changes what the failure is about, the task ends", () => {
  const [first, client] = stages;
  assert.ok(client);
  for (const failureClass of ["private", "geo_blocked"] as const) {
    const choice = choose([["plain", failureClass]], {}, [first, client]);
    assert.equal(choice.next === "end" && choice.why, "no_stage_left");
  }
});

test("choose stage: stale cookies are answered by a stage without them", () => {
  const choice = choose([["cookies", "cookies_stale"]]);
  assert.equal(choice.next === "attempt" && choice.stage, "plain");
});

test("choose stage: a passing trouble is waited for in the same stage, longer each time", () => {
  const waits = [10_000, 60_000, 300_000];
  waits.forEach((atMs, index) => {
    assert.deepEqual(choose(times(index + 1, "plain", "network")), { next: "attempt", stage: "plain", atMs });
  });
  const patient = choose(times(4, "plain", "network"));
  assert.equal(patient.next === "attempt" && patient.stage, "proxy");
});

test("choose stage: what is unreachable is tried for most of a day, by the first stage when none is left, within the bounds", () => {
  const tried = (ladder: [Stage, ...Stage[]]) => {
    const history: Past[] = [];
    let nowMs = 0;
    const pauses: string[] = [];
    for (;;) {
      const choice = choose(history, { nowMs, attemptCount: history.length }, ladder);
      if (choice.next === "end") return { pauses, hours: nowMs / hourMs, why: choice.why };
      pauses.push(`${choice.stage} ${(choice.atMs - nowMs) / 60_000}`);
      nowMs = choice.atMs;
      history.push([choice.stage, "network"]);
    }
  };
  const quick = ["plain 0", `plain ${1 / 6}`, "plain 1", "plain 5"];
  const alone = tried([stages[0]]);
  assert.deepEqual(alone.pauses, [...quick, "plain 30", "plain 120", "plain 360", "plain 720"]);
  assert.deepEqual([Math.floor(alone.hours), alone.why], [20, "no_stage_left"]);
  const ladder = tried(stages);
  assert.deepEqual(ladder.pauses.slice(0, 5), [...quick, `proxy ${1 / 60}`]);
  assert.deepEqual(ladder.pauses.slice(-3), ["plain 30", "plain 120", "plain 360"]);
  assert.equal(ladder.why, "too_many_attempts");
});

test("choose stage: refused media are requested anew once, then by another client", () => {
  const again = choose([["plain", "forbidden_media"]]);
  assert.equal(again.next === "attempt" && again.stage, "plain");
  const other = choose(times(2, "plain", "forbidden_media"));
  assert.equal(other.next === "attempt" && other.stage, "client");
});

test("choose stage: each stage is tried once in a round", () => {
  const choice = choose([
    ["plain", "extractor_broken"],
    ["client", "extractor_broken"],
  ]);
  assert.notEqual(choice.next === "attempt" && choice.stage, "client");
});

test("choose stage: a bot check cools the site down, and the next stage looks different", () => {
  const choice = choose([["plain", "bot_check"]]);
  assert.deepEqual(choice.site, { verdict: "pause", reason: "bot_check", baseMs: 1_800_000, maxMs: 86_400_000 });
  const alone = choose([["plain", "bot_check"]], {}, [stages[0]]);
  assert.equal(alone.next === "attempt" && alone.stage, "plain", "if there is none, by the same one");
});

test("choose stage: a rate limit cools the site down until the time that it names, in the same stage", () => {
  const choice = choose([["plain", "rate_limited"]], { retryAtMs: 3_600_000 });
  assert.equal(choice.next === "attempt" && choice.stage, "plain");
  assert.ok(choice.site?.verdict === "pause" && choice.site.untilMs === 3_600_000);
});

test("choose stage: a premiere is waited for until its time", () => {
  const history = times(40, "plain", "not_started");
  const site = { verdict: "answers" };
  const soon = { next: "attempt", stage: "plain", atMs: 2 * hourMs, site };
  assert.deepEqual(choose(history, { retryAtMs: 2 * hourMs }), soon);
  // Beyond the bound on the total time, which then begins anew.
  const late = { next: "attempt", stage: "plain", atMs: 240 * hourMs, site, triedSinceMs: 240 * hourMs };
  assert.deepEqual(choose(history, { retryAtMs: 240 * hourMs }), late);
});

test("choose stage: attempts and total time are bounded", () => {
  const many = choose([["plain", "network"]], { attemptCount: 10 });
  assert.equal(many.next === "end" && many.why, "too_many_attempts");
  const long = choose([["plain", "rate_limited"]], { nowMs: 72 * hourMs + 1 });
  assert.equal(long.next === "end" && long.why, "too_long");
  const last = choose([["plain", "rate_limited"]], { nowMs: 72 * hourMs, attemptCount: 9 });
  assert.equal(last.next, "attempt");
});

describe("choose stage: a pool of cookies", () => {
  for (const failureClass of ["login_required", "cookies_stale"] as const)
    test(`set aside for ${failureClass}, a file gives way to the next one in the same stage, and again`, () => {
      const first: Past[] = [
        ["plain", "login_required"],
        ["cookies", failureClass, "a"],
      ];
      const next = choose(first, {}, withPool(["b", "c"]));
      assert.deepEqual(next, { next: "attempt", stage: "cookies", atMs: 1000 }, "and the site is blamed for nothing");
      const second: Past[] = [...first, ["cookies", failureClass, "b"]];
      const last = choose(second, {}, withPool(["c"]));
      assert.equal(last.next === "attempt" && last.stage, "cookies");
    });

  test("the pool is used up when no file is left, or the refused one is still believed", () => {
    const history: Past[] = [
      ["plain", "login_required"],
      ["cookies", "login_required", "a"],
    ];
    for (const left of [[], ["a"], ["a", "b"]]) {
      const choice = choose(history, {}, withPool(left));
      assert.equal(choice.next === "end" && choice.why, "no_stage_left", left.join());
    }
  });

  test("failures that say nothing of cookies do not use up the pool", () => {
    for (const failureClass of ["network", "forbidden_media", "private"] as const) {
      const choice = choose([["cookies", failureClass, "a"]], { nowMs: 1 }, withPool(["b"]));
      assert.notDeepEqual(choice, { next: "attempt", stage: "cookies", atMs: 1001 }, failureClass);
    }
  });

  test("a pool that is set aside as a whole leaves a stage without cookies to try", () => {
    const without = stages.filter(({ name }) => name !== "cookies");
    const choice = choose([["cookies", "cookies_stale", "a"]], {}, [stages[0], ...without.slice(1)]);
    assert.equal(choice.next === "attempt" && choice.stage, "plain");
  });
});

test("choose stage: jitter takes away at most half of a pause", () => {
  const choice = choose([["plain", "network"]], { random: 0 });
  assert.equal(choice.next === "attempt" && choice.atMs, 5000);
});

test("choose stage: every class comes to an end, whatever the stages do", () => {
  for (const failureClass of failureClasses) {
    const history: Past[] = [];
    let nowMs = 0;
    let choice = choose(history, { random: 0 });
    for (let step = 0; choice.next === "attempt"; step += 1) {
      assert.ok(step < 20_000, `${failureClass} goes on for ever`);
      // The cooldown of the site passes before the next attempt.
      nowMs = Math.max(choice.atMs, nowMs) + (remedyFor(failureClass).cooldown === undefined ? 1 : 15 * 60_000);
      history.push([choice.stage, failureClass, choice.stage === "cookies" ? `file ${step}` : undefined]);
      const attemptCount = remedyFor(failureClass).counts ? history.length : 0;
      // An endless pool.
      choice = choose(history, { nowMs, attemptCount, random: 0 }, withPool([`file ${step + 1}`]));
    }
  }
});
