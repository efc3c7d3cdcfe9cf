import { FailureClass } from "@dwld/rpc";
import { hourMs, minuteMs } from "@dwld/timing";
import type { Arrived, Failed, TableByHand } from "./table-by-hand.ts";

/** The classes of failures in the spelling of the table. */
export const failureClasses = Object.keys(FailureClass)
  .filter((name) => Number.isNaN(Number(name)) && name !== "UNSPECIFIED")
  .map((name) => name.toLowerCase());

/** Returns the sentence with which `fillWithEveryState` explains a failure. */
export function adviceOn(failureClass: string, language: "en" | "ru"): string {
  return language === "en" ? `What to do about ${failureClass}.` : `Как быть с ${failureClass}.`;
}

/** Titles, or links of those that have none, in each part of the list. */
export const everyState = {
  now: [
    "Прогулка у моря, часть 1",
    "The lighthouse keepers of the North Sea",
    "Winter concert, live",
    "films.example/unknown",
  ],
  waiting: [
    "The harbour at noon",
    "robots.example/1",
    "robots.example/2",
    "slow.example/1",
    "Eight hours of rain",
    "videos.example/premiere",
    "First concert",
    "Second concert",
  ],
  failed: failureClasses.map((failureClass) => `Failed by ${failureClass}`),
  done: [
    "How bread became white",
    "Tide tables explained",
    "Dunes, from above",
    "Winter concerts",
    "videos.example/never",
  ],
} as const;

/** Fills a table with each state, reason to wait, failure and kind of result: `everyState`. */
export async function fillWithEveryState(table: TableByHand): Promise<void> {
  await addEnded(table);
  await addFailed(table);
  await addInWork(table, Date.now());
  await addWaiting(table, Date.now());
}

async function addEnded(table: TableByHand): Promise<void> {
  await table.done({ link: "https://videos.example/bread", userName: "ann" }, video("How bread became white"));
  await table.done(
    { link: "https://videos.example/tide", options: { audioOnly: true } },
    { name: "Tide tables explained.m4a", sizeBytes: 71e6, facts: { title: "Tide tables explained" } },
  );
  const remark = { en: "720p instead of 1440p: the site has no more.", ru: "720p вместо 1440p: больше на сайте нет." };
  await table.done(
    { link: "https://videos.example/dunes", targetQuality: 1440 },
    { ...video("Dunes, from above"), verifiedBy: "size and read back", remark },
  );
  await table.expanded({ link: "https://lists.example/winter" }, "Winter concerts", [
    { link: "https://lists.example/winter/1", title: "First concert" },
    { link: "https://lists.example/winter/2", title: "Second concert" },
  ]);
  await table.canceled({ link: "https://videos.example/never" });
}

async function addFailed(table: TableByHand): Promise<void> {
  for (const failureClass of failureClasses)
    await table.failed(
      { link: `https://failures.example/${failureClass}`, userName: "ann" },
      { ...failure(failureClass, null), facts: { title: `Failed by ${failureClass}` } },
    );
}

async function addInWork(table: TableByHand, now: number): Promise<void> {
  const progress = { updatedAtMs: now, speedBytesPerSecond: 5.1e6, etaSeconds: 81 };
  const walk = video("Прогулка у моря, часть 1");
  const sent = { ...progress, step: walk.name, doneBytes: 48e6, totalBytes: 53e6, progressPercent: 90.6 };
  await table.sending(
    { link: "https://films.example/walk" },
    { ...walk, sizeBytes: 53e6, facts: { ...walk.facts, progress: sent } },
  );
  const received = { ...progress, step: "video", doneBytes: 312e6, totalBytes: 724e6, progressPercent: 43.1 };
  await table.downloading(
    { link: "https://films.example/lighthouse", targetQuality: 1080, userName: "ann" },
    {
      title: "The lighthouse keepers of the North Sea",
      durationSeconds: 760,
      expectedBytes: 724e6,
      progress: received,
    },
  );
  await table.downloading(
    { link: "https://live.example/concert", options: { liveMode: "record" } },
    { title: "Winter concert, live", progress: { updatedAtMs: now, step: "video", doneBytes: 48e6 } },
  );
  await table.downloading({ link: "https://films.example/unknown" });
}

async function addWaiting(table: TableByHand, now: number): Promise<void> {
  await table.ready({ link: "https://films.example/harbour" }, video("The harbour at noon"));
  await table.failed(
    { link: "https://robots.example/1" },
    { ...failure("bot_check", now + hourMs), pausedUntil: now + 2 * hourMs },
  );
  await table.add({ link: "https://robots.example/2" });
  await table.failed({ link: "https://slow.example/1" }, failure("network", now + 20 * minuteMs));
  await table.failed(
    { link: "https://large.example/1" },
    { ...failure("disk_full", now + hourMs), requiredFreeBytes: 9e15, facts: { title: "Eight hours of rain" } },
  );
  await table.add({ link: "https://videos.example/premiere", startAfter: now + 5 * hourMs });
}

function video(title: string): Arrived & { facts: object } {
  return {
    name: `${title}.mp4`,
    sizeBytes: 1_234_567_890,
    facts: { title, durationSeconds: 760, width: 1920, height: 1080 },
  };
}

function failure(failureClass: string, retryAt: number | null): Failed {
  const message = `[example] ${failureClass}`;
  const advice = { en: adviceOn(failureClass, "en"), ru: adviceOn(failureClass, "ru") };
  return { failure: { failureClass, message, advice }, retryAt, stderr: `ERROR: ${message}` };
}
