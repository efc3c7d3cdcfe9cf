import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { describeEvent, readLogLine, steps } from "./describe-event.ts";

const time = "2026-05-04T10:00:00.000Z";
const clock = new Date(time).toLocaleTimeString("en-GB");

function described(fields: Record<string, unknown>): string | undefined {
  const line = readLogLine(JSON.stringify({ level: "info", time, app: "worker", pid: 1, ...fields }));
  assert.ok(line !== undefined);
  return describeEvent(line);
}

const task = { task_id: "01a21bcb-5edd-75d6-95bd-b4892969c483", site: "youtube" };
const link = "https://youtu.be/abc";
const id = "01a21bcb-5edd";
const failure = { class: "removed", message: "The video is gone.", advice: "" };

const told: readonly [what: string, fields: Record<string, unknown>, line: string][] = [
  ["a new link", { ...task, app: "api", link, how: "new", msg: "a task was asked for" }, `added      ${link}  ${id}`],
  ["a link that is known", { ...task, link, how: "joined", msg: "a task was asked for" }, `known      ${link}  ${id}`],
  ["its start", { ...task, link, stage: "default", attempt: 1, msg: "an attempt begins" }, `started    ${link}  ${id}`],
  [
    "another stage",
    { ...task, link, stage: "proxy", attempt: 2, msg: "an attempt begins" },
    `started    ${link}  ${id}  (stage proxy)`,
  ],
  [
    "its download",
    { ...task, title: "Gulls", outcome: "downloaded", msg: "download ended" },
    `downloaded Gulls  ${id}`,
  ],
  ["its delivery", { ...task, title: "Gulls", files: 1, msg: "delivered" }, `done       Gulls  ${id}`],
  [
    "the end of all tries",
    { ...task, title: "Gulls", outcome: "failed", ...failure, retry_at: null, msg: "download ended" },
    `failed     Gulls  ${id}: The video is gone`,
  ],
  [
    "a try that follows, and the rest of a site",
    {
      ...task,
      title: "",
      outcome: "failed",
      ...failure,
      retry_at: Date.parse(time),
      site_verdict: "pause",
      msg: "download ended",
    },
    `waits      youtube  ${id}: The video is gone; tried again at ${clock}; youtube rests (dwld sites)`,
  ],
  ["a warning", { level: "warn", msg: "cookies not used: no", file: "/c" }, "warning    worker: cookies not used: no"],
  [
    "an error with its cause",
    { level: "error", app: "api", msg: "a sensor could not be read", err: { message: "no chip" } },
    "error      api: a sensor could not be read (no chip)",
  ],
  [
    "what is said of a site",
    { app: "api", site: "vk", msg: "the pause of a site was ended by hand" },
    "           the pause of a site was ended by hand (vk)",
  ],
  ["a warning of up itself", { level: "warn", app: "up", msg: "the api ended" }, "warning    the api ended"],
  ["the end", { app: "up", reason: "SIGINT", msg: "stopping: no new work is taken" }, "stopping   SIGINT"],
  [
    "stages that lack something",
    { left_out: [], msg: "1 stage is left out: 1 needs a proxy" },
    "left out   1 stage is left out: 1 needs a proxy (dwld doctor)",
  ],
  ["a warning of up itself", { level: "warn", app: "up", msg: "the api ended" }, "warning    the api ended"],
  ["the end", { app: "up", reason: "SIGINT", msg: "stopping: no new work is taken" }, "stopping   SIGINT"],
  [
    "stages that lack something",
    { left_out: [], msg: "1 stage is left out: 1 needs a proxy" },
    "left out   1 stage is left out: 1 needs a proxy (dwld doctor)",
  ],
];

for (const [what, fields, line] of told)
  test(`event line: a person is told of ${what}`, () => assert.equal(described(fields), `${clock}  ${line}`));

test("event line: how processes start and stop is nothing that a person needs", () => {
  for (const msg of ["starting", "ready", "health server listens", "stopped", "stopping: no new work is taken"])
    assert.equal(described({ msg, health: "127.0.0.1:1" }), undefined, msg);
  assert.equal(described({ ...task, ...failure, level: "warn", msg: "attempt failed" }), undefined);
});

test("event line: no title moves the cursor or makes a second line", () => {
  const line = described({ ...task, title: "a\u001B[2Jb\nc", msg: "delivered" });
  assert.doesNotMatch(line ?? "", /\p{Cc}/u);
});

test("event line: a line that is no JSON of a log is none", () => {
  for (const line of ["dwld api: the port is taken", "{", '{"a":1}', ""]) assert.equal(readLogLine(line), undefined);
});

test("events: each message that becomes a step is logged somewhere", () => {
  const root = join(import.meta.dirname, "../../../..");
  const sources = globSync("{apps,packages}/*/src/**/*.ts", { cwd: root })
    .filter((path) => !/\.test\.ts$|\/node_modules\/|^apps\/up\//.test(path))
    .map((path) => readFileSync(join(root, path), "utf8"));
  const unknown = Object.keys(steps).filter((message) => !sources.some((source) => source.includes(`"${message}"`)));
  assert.deepEqual(unknown, []);
});
