import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { Task } from "@dwld/rpc";
import { eventually } from "@dwld/timing/testing";
import { dwldRoot } from "../dwld-root.ts";
import { mountForTest } from "../small-disk.ts";
import { readTranscripts, type Transcript, writeTranscripts } from "./guide-blocks.ts";
import { openTerminal } from "./terminal.ts";
import { type WaitScene, waitScenes, WaitWorld } from "./wait-scenes.ts";

const binFolder = join(dwldRoot, "bin");
/** `make docs` has the guides written; otherwise they are compared. */
const isWriting = process.env["TRANSCRIPTS"] === "write";

const guides = [
  { document: "guide.md", language: "en", locale: "C.UTF-8" },
  { document: "guide.ru.md", language: "ru", locale: "ru_RU.UTF-8" },
] as const;
type Guide = (typeof guides)[number];

/** Replaces the parts that differ from run to run by those of the guide. */
const shownId = "019c1f7a-4b1e-7c3d-9a52-6e0f8d2b7c41";
const shownTime = "14:05";

describe("transcripts", { timeout: 150_000 }, () => {
  let world: WaitWorld;
  let whyNoDisk = "";
  const seen = new Map<string, Transcript>();

  const held = new AsyncDisposableStack();
  // `after` itself, called in a hook, would run when the hook is over.
  const cleanup = { after: (release: () => Promise<void>) => held.defer(release) };
  before(async () => {
    const disk = await mountForTest({ ...cleanup, skip: (why) => (whyNoDisk = why) }, 64);
    world = await WaitWorld.start(cleanup, disk);
  });
  after(() => held.disposeAsync());

  for (const [index, scene] of waitScenes.entries()) {
    test(`transcripts: dwld add --wait against ${scene.name} looks as both guides show it`, async (t) => {
      if (scene.name === "a full disk" && whyNoDisk !== "") {
        console.error(whyNoDisk);
        t.skip(whyNoDisk);
        return;
      }
      await scene.prepare?.(world);
      for (const guide of guides) {
        const transcript = await record(scene, guide);
        seen.set(`${guide.document} ${index}`, transcript);
        if (!isWriting) assert.deepEqual(transcript, readTranscripts(guide.document)[index]);
      }
    });
  }

  if (isWriting)
    after(() => {
      for (const { document } of guides)
        writeTranscripts(
          document,
          waitScenes.map((_, index) => seen.get(`${document} ${index}`)),
        );
    });

  /** Returns the terminal once it shows the reason to wait. Ctrl-C ends the command, and the task is forgotten. */
  async function record(scene: WaitScene, guide: Guide): Promise<Transcript> {
    const link = scene.link(world);
    const words = ["dwld", "add", "--wait", ...(scene.options ?? []), link];
    await using terminal = openTerminal(words.map((word) => `'${word}'`).join(" "), {
      columns: 140,
      rows: 24,
      environment: {
        PATH: `${binFolder}:${process.env["PATH"] ?? ""}`,
        DWLD_SERVER: `http://${world.dwld.addresses.http}`,
        LC_ALL: guide.locale,
        TZ: "UTC",
      },
    });
    let lines: string[] = [];
    const task = await eventually(
      `the terminal says why it waits (${guide.language})`,
      async () => {
        const { tasks } = await world.dwld.client.listTasks({ filter: { text: link, chatId: "cli" }, pageSize: 1 });
        const [{ wait } = {}] = tasks;
        const sentence = wait?.text.find(({ languageCode }) => languageCode === guide.language)?.text;
        lines = await terminal.screen();
        // The last line is drawn anew; the first stays what was told in answer to the request.
        const isTold = wait?.reason === scene.reason && lines.length > 1 && lines.at(-1)?.includes(sentence ?? "\n");
        return isTold === true && tasks[0];
      },
      { deadlineMs: 40_000, describe: () => lines.join("\n") },
    );
    terminal.type("\u0003");
    assert.equal(await terminal.ended(), 130);
    await world.dwld.client.deleteTask({ id: task.id, deleteFiles: true });
    return [`$ ${words.join(" ")}`, ...lines].map((line) => normalised(world.nameSites(line), task, scene));
  }
});

/** A time that is told must be the task's, by the minute that begins then or next. */
function normalised(line: string, { id, shortId, wait }: Task, { span = "never" }: WaitScene): string {
  const { seconds = 0n, nanos = 0 } = wait?.until ?? {};
  const untilMinutes = Math.ceil((Number(seconds) + nanos / 1e9) / 60);
  // Late in the evening, the time is one of tomorrow, and is told with its day.
  return line
    .replaceAll(id, shownId)
    .replaceAll(shortId, shownId.slice(0, 13))
    .replaceAll(/(?:\d{4}-\d\d-\d\d )?(\d\d:\d\d) \([^)]+\)/g, (_, time: string) => {
      assert.equal(time, new Date(untilMinutes * 60_000).toISOString().slice(11, 16), line);
      return `${shownTime} (${span})`;
    });
}
