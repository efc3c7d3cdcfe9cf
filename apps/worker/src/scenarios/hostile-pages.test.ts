import assert from "node:assert/strict";
import { basename, dirname, join } from "node:path";
import { describe, test } from "node:test";
import { parseOptions } from "@dwld/options";
import { parseTexts } from "@dwld/queue";
import { isThorough } from "@dwld/testbed";
import { assertFailed, assertWhole, newestProgram, startAgainstSite, startSite } from "./testing/against-site.ts";

/** Pages that do harm, or are far too large. */

/** yt-dlp searches about 3 MB of a page per second of a core. */
const hugeMegabytes = isThorough ? 50 : 2;

for (const program of newestProgram)
  describe(`hostile page, ${program}`, { concurrency: 2 }, () => {
    test(`a page of ${hugeMegabytes} MB: its video arrives`, async (context) => {
      const pagePadding = { bytes: hugeMegabytes * 1_000_000 };
      const site = await startSite(context, { videos: [{ name: "a", pagePadding }] });
      const on = await startAgainstSite(context, program);
      await assertWhole(on, await on.play(await on.add(site.pageLink("a"))), {
        steps: ["plain done"],
        servedFile: site.mediaFile("a"),
      });
    });

    test("a page of gigabytes when unpacked: the run ends at its memory limit, and the next task runs", async (context) => {
      const pagePadding = { bytes: 2_000_000_000, compressed: true };
      const site = await startSite(context, { videos: [{ name: "bomb", pagePadding }, { name: "healthy" }] });
      const on = await startAgainstSite(context, program, { worker: { maxMemoryBytes: "300 MiB" }, maxAttempts: 1 });
      await assertFailed(on, await on.play(await on.add(site.pageLink("bomb"))), {
        failureClass: "unknown",
        steps: ["plain unknown"],
        message: /more memory than it may have \(worker\.maxMemoryBytes\)/,
      });
      const { task } = await on.play(await on.add(site.pageLink("healthy")));
      assert.equal(task.state, "DONE");
    });

    test("a header of 100 kB: the failure says so", async (context) => {
      const headers = { "Content-Type": "text/html", "X-Long": "a".repeat(100_000) };
      const site = await startSite(context, { videos: [{ name: "a", page: { kind: "answer", headers, body: "" } }] });
      const on = await startAgainstSite(context, program, { maxAttempts: 2 });
      await assertFailed(on, await on.play(await on.add(site.pageLink("a"))), {
        failureClass: "network",
        steps: ["plain network", "plain network"],
        message: /more than 65536 bytes when reading header line/,
      });
    });

    test("a title with controls and separators: it becomes one readable line, and the file lies where files belong", async (context) => {
      const site = await startSite(context, {
        videos: [
          { name: "weapon", title: "../../\u202Egpj\u202C\\..\n/etc/\u001B[2Jpass\u0007wd\r\n😀 $(id) `id` %(id)s" },
          { name: "long", title: "Ж".repeat(5_000) },
          { name: "dots", title: ".." },
        ],
      });
      const on = await startAgainstSite(context, program);
      for (const name of ["weapon", "long", "dots"]) {
        const history = await on.play(await on.add(site.pageLink(name)));
        await assertWhole(on, history, { steps: ["plain done"], servedFile: site.mediaFile(name) });
        const { title } = history.task;
        assert.match(title, /^[^\p{Cc}\u202A-\u202E\u2066-\u2069]{1,500}$/u);
        const [path = ""] = history.files;
        assert.equal(dirname(path), join(on.folder, "downloads"));
        assert.match(basename(path), /^[^.-].*\.mp4$/);
        assert.ok(Buffer.byteLength(basename(path)) <= 200);
      }
    });

    test("a title of 300 kB, longer than a line may be: the video arrives without it", async (context) => {
      const site = await startSite(context, { videos: [{ name: "endless", title: "x".repeat(300_000) }] });
      const on = await startAgainstSite(context, program);
      const history = await on.play(await on.add(site.pageLink("endless")));
      await assertWhole(on, history, { steps: ["plain done"], servedFile: site.mediaFile("endless") });
      assert.equal(history.task.title, "");
    });

    test("a duration longer than the video: it arrives after one more attempt, with a remark", async (context) => {
      const site = await startSite(context, { videos: [{ name: "short", schema: { duration: "PT1M" } }] });
      const on = await startAgainstSite(context, program);
      const { task, ...history } = await on.play(await on.add(site.pageLink("short")));
      await assertWhole(
        on,
        { task, ...history },
        { steps: ["plain truncated", "plain truncated"], servedFile: site.mediaFile("short") },
      );
      assert.equal(parseTexts(task.remark_texts)?.en, "It is 0:02 long, although the site says 1:00.");
    });

    test("lying metadata: unusable figures are left out, and no extension leads out of the folder", async (context) => {
      const site = await startSite(context, {
        videos: [
          {
            name: "liar",
            schema: {
              name: "A\u0000B",
              description: "x".repeat(100_000),
              uploadDate: "the 31st of Nonsember",
              duration: "-PT9H",
              width: "1e999",
              height: -5,
              thumbnailUrl: "file:///etc/passwd",
              author: { "@type": "Person", name: "../../.." },
              interactionStatistic: [{ "@type": "InteractionCounter", userInteractionCount: "NaN" }],
            },
          },
          { name: "outside", schema: { encodingFormat: "video/../../../outside" } },
          { name: "script", schema: { encodingFormat: "application/x-sh" } },
        ],
      });
      const on = await startAgainstSite(context, program);
      const wishes = { ...parseOptions({ options: "{}" }), thumbnail: "file" } as const;
      const liar = await on.play(await on.add(site.pageLink("liar"), wishes));
      await assertWhole(on, liar, { steps: ["plain done"], servedFile: site.mediaFile("liar") });
      assert.equal(parseTexts(liar.task.remark_texts)?.en, "The site gave no thumbnail.");
      for (const name of ["outside", "script"])
        await assertFailed(on, await on.play(await on.add(site.pageLink(name))), {
          failureClass: "extractor_broken",
          steps: ["plain extractor_broken"],
          message: /unusual and will be skipped for safety reasons/,
        });
    });
  });
