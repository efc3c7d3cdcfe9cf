import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import {
  attemptsOf,
  changeYtdlpVersions,
  type Database,
  ytdlpResults,
  type YtdlpVersionRow,
  ytdlpVersions,
} from "@dwld/queue";
import { VersionKeeper } from "../ytdlp-versions/keeper.ts";
import { trialsOf } from "../ytdlp-versions/trials.ts";
import type { TriedYtdlp } from "../ytdlp-versions/tried-ytdlps.ts";
import { versionFolder } from "../releases/version-folder.ts";
import { beginTrial, noteInstalled, rowOf, takeOver } from "../ytdlp-versions/version-states.ts";
import type { ScriptedStep } from "./testing/scripted-step.ts";
import { deliversVideo, fails, gone, linkOf, startScripted } from "./testing/scripted-worker.ts";

const host = "here";
const [old, fresh] = ["2026.10.26", "2026.11.20"];
const broken = fails(
  "ERROR: [youtube] abc: Unable to extract player; please report this issue on https://github.com/yt-dlp/yt-dlp/issues?q= , filling out the appropriate issue template. Confirm you are on the latest version using yt-dlp -U",
);

/** A worker whose runs do the steps of a plan, the candidate before the current version unless chance has it otherwise. */
async function start(
  t: TestContext,
  plan: ScriptedStep[],
  rows: (trial: readonly YtdlpVersionRow[]) => readonly YtdlpVersionRow[],
  chance = 0,
) {
  const told: string[] = [];
  const known: { keeper?: VersionKeeper } = {};
  const on = await startScripted(t, plan, {
    versions: (configured) => async () => {
      const ytdlp = await configured();
      const trials = trialsOf(known.keeper?.rows ?? [], chance, on.clock.nowMs);
      const [first = { ytdlp }, ...others] = trials.map((trial): TriedYtdlp => ({
        ytdlp: { ...ytdlp, version: trial.version },
        trial,
      }));
      return [first, ...others];
    },
  });
  const { database, folder } = on;
  const now = () => on.clock.nowMs;
  await changeYtdlpVersions(database, host, () =>
    rows(
      beginTrial(noteInstalled([], { host, version: old }, now()), { host, version: fresh, origin: "stable" }, now()),
    ),
  );
  await mkdir(join(folder, "yt-dlp/versions", fresh), { recursive: true });
  const logger = {
    info: (_: object, message: string) => told.push(message),
    warn: (_: object, message: string) => told.push(message),
  };
  const keeper = new VersionKeeper({ database, host, folder: versionFolder(folder), logger, now });
  known.keeper = keeper;
  await keeper.refresh();
  const play = async (name: string) => {
    const { task } = await on.play(await on.add(linkOf(name)));
    await keeper.refresh();
    const attempts = await attemptsOf(database, task.seq);
    return {
      task,
      attempts: attempts.map((row) => `${row.ytdlp_version} ${row.outcome} ${row.failure_class ?? ""}`.trim()),
    };
  };
  return { database, play, told };
}

async function states(database: Database) {
  const rows = await ytdlpVersions(database, host);
  return Object.fromEntries(rows.map(({ version, state }) => [version, state]));
}

test("yt-dlp versions: a candidate that breaks a site costs its links no attempt, and is set aside after three of them", async (t) => {
  const video = await deliversVideo("versions");
  const { database, play, told } = await start(
    t,
    [broken, video, broken, video, broken, video, video],
    (trial) => trial,
  );
  for (const name of ["one", "two", "three"]) {
    const { task, attempts } = await play(name);
    assert.equal(task.state, "DONE");
    assert.equal(task.attempt_count, 1);
    assert.deepEqual(attempts, [`${fresh} interrupted extractor_broken`, `${old} succeeded`]);
  }
  assert.deepEqual(await states(database), { [old]: "current", [fresh]: "set_aside" });
  assert.equal(rowOf(await ytdlpVersions(database, host), "set_aside")?.cause, "worse");
  assert.deepEqual(told, [
    `yt-dlp: ${fresh} is set aside: it fails on links of youtube (3/3) that ${old} then downloads`,
  ]);
  assert.deepEqual((await play("four")).attempts, [`${old} succeeded`]);
});

test("yt-dlp versions: a link that no version can take fails once, and says nothing against the candidate", async (t) => {
  const { database, play } = await start(t, [broken, broken, fails(gone)], (trial) => trial);
  const { task, attempts } = await play("gone");
  assert.equal(task.failure_class, "gone");
  assert.equal(task.attempt_count, 2);
  assert.deepEqual(attempts.slice(0, 2), [`${fresh} interrupted extractor_broken`, `${old} failed extractor_broken`]);
  const kinds = (await ytdlpResults(database, [old, fresh])).map(({ version, kind, runs }) => [version, kind, runs]);
  assert.deepEqual(kinds, [
    [old, "broken", 1],
    [fresh, "broken", 1],
  ]);
  assert.deepEqual(await states(database), { [old]: "current", [fresh]: "candidate" });
});

test("yt-dlp versions: one that took over and then breaks a site is left for the one before, by itself", async (t) => {
  const video = await deliversVideo("versions");
  const pairs = Array.from({ length: 5 }, () => [broken, video]).flat();
  const { database, play, told } = await start(t, pairs, (trial) => takeOver(trial, fresh, Date.now()));
  let links = 0;
  while (rowOf(await ytdlpVersions(database, host), "current")?.version === fresh) {
    links += 1;
    const { task } = await play(`link-${links}`);
    assert.equal(task.state, "DONE");
    assert.equal(task.attempt_count, 1);
  }
  assert.ok(links >= 2 && links <= 5, `${links} links`);
  assert.deepEqual(await states(database), { [old]: "current", [fresh]: "set_aside" });
  assert.equal(rowOf(await ytdlpVersions(database, host), "set_aside")?.cause, "worse");
  assert.match(
    told.join(),
    /^yt-dlp: back to 2026\.10\.26, and 2026\.11\.20 is set aside: it fails on links of youtube/,
  );
});

test("yt-dlp versions: a candidate that takes links that the current one cannot is current after two of them", async (t) => {
  const video = await deliversVideo("versions");
  const { database, play } = await start(t, [broken, video, broken, video], (trial) => trial, 0.9);
  for (const name of ["one", "two"])
    assert.deepEqual((await play(name)).attempts, [`${old} interrupted extractor_broken`, `${fresh} succeeded`]);
  assert.deepEqual(await states(database), { [old]: "previous", [fresh]: "current" });
});
