import assert from "node:assert/strict";
import { mkdir, readFile, symlink } from "node:fs/promises";
import { basename, join } from "node:path";
import { test } from "node:test";
import { findTask, parseTexts } from "@dwld/queue";
import { mountForTest } from "@dwld/testbed";
import { newestProgram, startAgainstSite, startSite } from "./testing/against-site.ts";

/** Delivery is off here: a video ends in its user's folder, which may not take it. */
for (const program of newestProgram) {
  test(`folder, ${program}: if a file has its name, the video goes to the next name, and is downloaded once`, async (context) => {
    const site = await startSite(context, { videos: [{ name: "first" }, { name: "second" }] });
    const on = await startAgainstSite(context, program, { maxAttempts: 1 });
    const first = await on.play(await on.add(site.mediaLink("first")));
    const taken = basename(first.files[0] ?? "");
    const second = await on.play(await on.add(site.mediaLink("second"), {}, taken));
    assert.equal(second.task.state, "DONE", second.task.failure_message ?? "");
    assert.deepEqual(second.steps, ["plain done"]);
    const [file = ""] = second.files;
    assert.match(file, new RegExp(`/downloads/${RegExp.escape(taken)} \\(2\\)/[^/]+$`));
    assert.deepEqual(await readFile(file), await readFile(site.mediaFile("second")));
    assert.match(
      parseTexts(second.task.remark_texts)?.en ?? "",
      /^A file is where the folder .+ would be: it is .+ \(2\)\.$/,
    );
    assert.deepEqual(await on.leftovers(), []);
  });

  test(`folder, ${program}: one that takes no file costs no second download, and is waited for, however long`, async (context) => {
    const disk = await mountForTest(context, 1);
    if (disk === undefined) return;
    await disk.fill();
    const site = await startSite(context, { videos: [{ name: "video", sizeBytes: 100_000 }] });
    const on = await startAgainstSite(context, program, { maxAttempts: 1, worker: { maxTotalHours: 0.01 } });
    const { downloads } = on.worker;
    await mkdir(downloads);
    await symlink(disk.path, join(downloads, "ann"));
    const startMs = on.clock.nowMs;
    const id = await on.add(site.mediaLink("video"), {}, "ann");
    for (let look = 0; look < 12; look += 1) await on.turn();
    const waiting = await findTask(on.database, id, "all");
    assert.deepEqual([waiting?.state, waiting?.failure_class], ["READY_TO_SEND", "delivery"]);
    assert.equal(waiting?.failure_message, "the folder ann takes no file: no space left on device (ENOSPC)");
    assert.match(waiting.advice_texts ?? "", /operator/);
    assert.ok(on.clock.nowMs - startMs > 0.3 * 3_600_000, "with ever longer pauses");
    const requests = site.requests.length;
    await disk.makeRoom();
    const { task, steps, files } = await on.play(id);
    assert.equal(task.state, "DONE", task.failure_message ?? "");
    assert.deepEqual(steps, ["plain done"]);
    assert.deepEqual(files, [join(downloads, "ann", basename(files[0] ?? ""))]);
    assert.deepEqual(await readFile(files[0] ?? ""), await readFile(site.mediaFile("video")));
    assert.equal(site.requests.length, requests, "the site saw no further request");
    assert.deepEqual(await on.leftovers(), [join(downloads, "ann")], "except the link to the other disk");
  });
}
