import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { makeVideo } from "@dwld/testbed";
import { startEgressProxy } from "../egress/egress-proxy.ts";
import { assertFailed, newestProgram, startAgainstSite, startSite } from "./testing/against-site.ts";

/** Sites that redirect: in circles, endlessly, and to forbidden targets. */

for (const program of newestProgram)
  describe(`redirects, ${program}`, { concurrency: 2 }, () => {
    test("circles and endless chains: it gives up after some dozens of hops", async (context) => {
      const site = await startSite(context, {
        videos: [
          { name: "circle", page: { kind: "redirect-loop" } },
          { name: "onward", page: { kind: "redirect-onward" } },
          { name: "media", media: { kind: "redirect-onward" } },
        ],
      });
      const on = await startAgainstSite(context, program, { maxAttempts: 1 });
      for (const [name, failureClass] of [
        ["circle", "unknown"],
        ["onward", "unknown"],
        ["media", "extractor_broken"],
      ] as const)
        await assertFailed(on, await on.play(await on.add(site.pageLink(name))), {
          failureClass,
          steps: [`plain ${failureClass}`],
          message: /redirect loop detected/,
        });
      assert.ok(site.requests.length < 3 * 40, `${site.requests.length} requests`);
    });

    test("a target that is no site is not followed, at the first attempt", async (context) => {
      const file = `file://${await makeVideo({ seed: "on this disk" })}`;
      const site = await startSite(context, {
        videos: [
          { name: "page-file", page: { kind: "redirect", to: file } },
          { name: "media-file", media: { kind: "redirect", to: file } },
          { name: "page-ftp", page: { kind: "redirect", to: "ftp://127.0.0.1/video.mp4" } },
          { name: "media-data", media: { kind: "redirect", to: "data:video/mp4;base64,AAAA" } },
        ],
      });
      const on = await startAgainstSite(context, program);
      for (const name of ["page-file", "media-file", "page-ftp", "media-data"])
        await assertFailed(on, await on.play(await on.add(site.pageLink(name))), {
          failureClass: "invalid_url",
          steps: ["plain invalid_url"],
        });
    });

    test("a target in the private network, of a link, a page, a file or a segment, sees no request", async (context) => {
      // One loopback address stands for the internet here.
      const egressProxy = await startEgressProxy((address) => (address === "127.0.0.1" ? undefined : "private"));
      context.after(() => egressProxy.close());
      const inside = await startSite(context, {
        host: "127.0.0.2",
        videos: [{ name: "secret" }, { name: "stream", format: "hls" }],
      });
      const list = ["#EXTM3U", "#EXT-X-TARGETDURATION:1", "#EXTINF:1,", `${inside.url}/hls/stream/segment0000.ts`];
      const site = await startSite(context, {
        videos: [
          { name: "page", page: { kind: "redirect", to: inside.pageLink("secret") } },
          { name: "media", media: { kind: "redirect", to: inside.mediaLink("secret") } },
          {
            name: "named",
            page: { kind: "redirect", to: inside.mediaLink("secret").replace("127.0.0.2", "localhost") },
          },
          { name: "told", schema: { contentUrl: inside.mediaLink("secret") } },
          {
            name: "segment",
            format: "hls",
            media: {
              kind: "answer",
              only: "index.m3u8",
              headers: { "Content-Type": "application/vnd.apple.mpegurl" },
              body: [...list, "#EXT-X-ENDLIST", ""].join("\n"),
            },
          },
          { name: "healthy" },
        ],
      });
      const on = await startAgainstSite(context, program, { egressProxy });
      const links = ["page", "media", "told", "segment"].map((name) => site.pageLink(name));
      for (const link of [inside.mediaLink("secret"), inside.pageLink("secret"), ...links])
        await assertFailed(on, await on.play(await on.add(link)), {
          failureClass: "invalid_url",
          steps: [links.includes(link) ? "plain invalid_url" : "default invalid_url"],
          message: /Private address refused/,
        });
      assert.equal(inside.requests.length, 0);
      const { task } = await on.play(await on.add(site.pageLink("healthy")));
      assert.equal(task.state, "DONE", "the way out itself works");
    });
  });
