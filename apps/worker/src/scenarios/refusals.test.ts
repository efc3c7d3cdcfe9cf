import assert from "node:assert/strict";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { findSite, findTask } from "@dwld/queue";
import { minuteMs, secondMs } from "@dwld/timing";
import { assertFailed, assertWhole, newestProgram, startAgainstSite, startSite } from "./testing/against-site.ts";

/** Sites that answer with a refusal. */

for (const program of newestProgram)
  describe(`refusals, ${program}`, { concurrency: 2 }, () => {
    test("media refused behind their page are requested anew, then by another client, then by an account", async (context) => {
      const media = { kind: "status", status: 403 } as const;
      const site = await startSite(context, {
        videos: [
          { name: "members", media: { ...media, spares: "session=member" } },
          { name: "browsers", media: { ...media, spares: "Sesame" } },
        ],
      });
      const stages = { plain: {}, client: { userAgent: "Sesame" }, account: { cookies: "cookies.txt" } };
      const on = await startAgainstSite(context, program, { stages });
      const cookies = join(on.folder, "cookies.txt");
      await writeFile(
        cookies,
        "# Netscape HTTP Cookie File\n127.0.0.1\tFALSE\t/\tFALSE\t2000000000\tsession\tmember\n",
      );
      await chmod(cookies, 0o600);

      await assertWhole(on, await on.play(await on.add(site.pageLink("members"))), {
        steps: [
          "plain forbidden_media",
          "plain forbidden_media",
          "client forbidden_media",
          "client forbidden_media",
          "account done",
        ],
        servedFile: site.mediaFile("members"),
      });
      // The stage that worked last is tried first.
      await assertWhole(on, await on.play(await on.add(site.pageLink("browsers"))), {
        steps: ["account forbidden_media", "account forbidden_media", "client done"],
        servedFile: site.mediaFile("browsers"),
      });
    });

    test("media refused to the only stage cost two attempts, and the site's other tasks go on", async (context) => {
      const site = await startSite(context, {
        videos: [{ name: "refused", media: { kind: "status", status: 403 } }, { name: "healthy" }],
      });
      const on = await startAgainstSite(context, program);
      const refused = await on.add(site.pageLink("refused"));
      const healthy = await on.add(site.pageLink("healthy"));
      await assertFailed(on, await on.play(refused), {
        failureClass: "forbidden_media",
        steps: ["plain forbidden_media", "plain forbidden_media"],
        message: /HTTP Error 403/,
      });
      assert.equal((await findTask(on.database, healthy, "all"))?.state, "DONE");
    });

    test("a video that is gone costs one attempt and one request", async (context) => {
      const site = await startSite(context, {
        videos: [404, 410].map((status) => ({ name: `s${status}`, page: { kind: "status" as const, status } })),
      });
      const on = await startAgainstSite(context, program, { stages: { plain: {}, other: { userAgent: "Sesame" } } });
      for (const status of [404, 410])
        await assertFailed(on, await on.play(await on.add(site.pageLink(`s${status}`))), {
          failureClass: "gone",
          steps: ["plain gone"],
          message: new RegExp(`HTTP Error ${status}`),
        });
      assert.equal(site.requests.length, 2);
    });

    test("a site with Retry-After gets it: twenty tasks cost one request for each cooldown, and other sites go on", async (context) => {
      const names = Array.from({ length: 20 }, (_, index) => `v${index}`);
      const page = { kind: "status", status: 429, retryAfterSeconds: 120 } as const;
      const site = await startSite(context, { videos: names.map((name) => ({ name, page })) });
      const other = await startSite(context, { host: "127.0.0.2", videos: [{ name: "other" }] });
      const on = await startAgainstSite(context, program);
      const ids: string[] = [];
      for (const name of names) ids.push(await on.add(site.pageLink(name)));
      const elsewhere = await on.add(other.mediaLink("other"));

      const pauseMs = async () => ((await findSite(on.database, "sample"))?.paused_until ?? 0) - on.clock.nowMs;
      await on.turn();
      assert.equal(await pauseMs(), 120 * secondMs, "for what it asked, no longer");
      assert.equal(await on.turn(), elsewhere);
      assert.equal((await findTask(on.database, elsewhere, "all"))?.state, "DONE");
      // The site was given the pause that it asked for and refuses again: from now on the pauses are dwld's own, and double.
      await on.turn();
      assert.ok((await pauseMs()) >= 30 * minuteMs, `${await pauseMs()} ms`);
      await on.turn();
      assert.ok((await pauseMs()) >= 60 * minuteMs, `${await pauseMs()} ms`);
      assert.equal(site.requests.length, 3);

      for (const name of names) site.change(name, { page: { ...page, times: 0 } });
      const probe = (await on.turn()) ?? "";
      assert.equal((await findTask(on.database, probe, "all"))?.state, "DONE");
      assert.equal((await findSite(on.database, "sample"))?.pause_level, 0);
      const tasks = await Promise.all(ids.map(async (id) => await findTask(on.database, id, "all")));
      assert.equal(tasks.filter((task) => task?.state === "QUEUED").length, 19);
    });

    test("Retry-After as a date, and behind the page, is heeded; then the video arrives whole", async (context) => {
      const media = { kind: "status", status: 429, retryAfterSeconds: 3600, retryAfterAs: "date", times: 1 } as const;
      const site = await startSite(context, { videos: [{ name: "later", media }] });
      const on = await startAgainstSite(context, program);
      const { attempts, ...history } = await on.play(await on.add(site.pageLink("later")));
      await assertWhole(
        on,
        { attempts, ...history },
        {
          steps: ["plain rate_limited", "plain done"],
          servedFile: site.mediaFile("later"),
        },
      );
      const waited = attempts[1]?.atMinute ?? 0;
      assert.ok(waited >= 59 && waited <= 60, `${waited} minutes`);
    });

    test("a site that broke down is tried again in the same stage, at the time that it names", async (context) => {
      const down = { kind: "status", status: 503 } as const;
      const site = await startSite(context, {
        videos: [
          { name: "page", page: { ...down, times: 2 } },
          // Each attempt makes two requests.
          { name: "media", media: { ...down, times: 4 }, sizeBytes: 300_000 },
          { name: "named", page: { ...down, times: 1, retryAfterSeconds: 1800 } },
        ],
      });
      const on = await startAgainstSite(context, program, { stages: { plain: {}, other: { userAgent: "Sesame" } } });
      for (const name of ["page", "media"])
        await assertWhole(on, await on.play(await on.add(site.pageLink(name))), {
          steps: ["plain network", "plain network", "plain done"],
          servedFile: site.mediaFile(name),
        });
      const { attempts } = await on.play(await on.add(site.pageLink("named")));
      assert.equal((attempts[1]?.atMinute ?? 0) - (attempts[0]?.atMinute ?? 0), 30);
    });
  });
