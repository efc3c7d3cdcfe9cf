import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { eventually } from "@dwld/timing/testing";
import { startSampleSite } from "./sample-site.ts";
import { parseRange } from "./send-file.ts";

test("sample site: a Range header is read as RFC 9110 has it", () => {
  const table: [string | undefined, ReturnType<typeof parseRange>][] = [
    [undefined, { kind: "whole" }],
    ["bytes=0-", { kind: "part", start: 0, end: 99 }],
    ["bytes=10-19", { kind: "part", start: 10, end: 19 }],
    ["bytes=10-1000", { kind: "part", start: 10, end: 99 }],
    ["bytes=-10", { kind: "part", start: 90, end: 99 }],
    ["bytes=-1000", { kind: "part", start: 0, end: 99 }],
    ["bytes=100-", { kind: "unsatisfiable" }],
    ["bytes=-0", { kind: "unsatisfiable" }],
    ["bytes=20-10", { kind: "whole" }],
    ["bytes=0-1,5-6", { kind: "whole" }],
    ["bytes=-", { kind: "whole" }],
    ["lines=1-2", { kind: "whole" }],
  ];
  for (const [header, answer] of table) assert.deepEqual(parseRange(header, 100), answer, header);
});

test("sample site: ranges, their errors and a changed file are answered with the right status and bytes", async () => {
  await using site = await startSampleSite({ videos: [{ name: "a", sizeBytes: 500_000 }] });
  const file = await readFile(site.mediaFile("a"));
  const get = (headers: Record<string, string>) => fetch(site.mediaLink("a"), { headers });

  const whole = await get({});
  assert.equal(whole.status, 200);
  assert.deepEqual(Buffer.from(await whole.arrayBuffer()), file);
  const part = await get({ range: "bytes=100-199", "if-range": whole.headers.get("etag") ?? "" });
  assert.equal(part.status, 206);
  assert.equal(part.headers.get("content-range"), "bytes 100-199/500000");
  assert.deepEqual(Buffer.from(await part.arrayBuffer()), file.subarray(100, 200));
  const changed = await get({ range: "bytes=100-199", "if-range": '"another"' });
  assert.equal(changed.status, 200);
  await changed.arrayBuffer();
  const beyond = await get({ range: "bytes=500000-" });
  assert.equal(beyond.status, 416);
  assert.equal(beyond.headers.get("content-range"), "bytes */500000");
});

test("sample site: a cut happens at its byte, and as often as was asked", async () => {
  const video = { name: "a", sizeBytes: 500_000, dropAtByte: 300_000, dropTimes: 1 };
  await using site = await startSampleSite({ videos: [video] });
  const received = async () => {
    let bytes = 0;
    try {
      for await (const chunk of (await fetch(site.mediaLink("a"))).body ?? []) bytes += (chunk as Uint8Array).length;
    } catch (error) {
      return [bytes, (error as Error).message];
    }
    return [bytes, ""];
  };
  assert.deepEqual(await received(), [300_000, "terminated"]);
  assert.deepEqual(await received(), [500_000, ""]);
});

test("sample site: a throttled answer takes its time, and ends when the client goes away", async () => {
  await using site = await startSampleSite({
    videos: [{ name: "a", sizeBytes: 300_000, throttleBytesPerSecond: 1_000_000 }],
  });
  const startMs = performance.now();
  await (await fetch(site.mediaLink("a"))).arrayBuffer();
  assert.ok(performance.now() - startMs > 250);

  site.change("a", { throttleBytesPerSecond: 1_000 });
  const abort = new AbortController();
  await fetch(site.mediaLink("a"), { signal: abort.signal });
  abort.abort();
  await site.close();
  const [first, second] = site.requests;
  assert.equal(first?.sentBytes, 300_000);
  assert.ok((second?.sentBytes ?? Infinity) < 10_000);
  await eventually("the site sees that the client has gone", () => second?.ended);
});

test("sample site: a fault can go away by itself, or by a change of the table", async () => {
  const page = { kind: "status", status: 429, retryAfterSeconds: 7, times: 2 } as const;
  await using site = await startSampleSite({ videos: [{ name: "a", page }] });
  const look = async () => {
    const response = await fetch(site.pageLink("a"));
    await response.text();
    return [response.status, response.headers.get("retry-after")];
  };
  assert.deepEqual(
    [await look(), await look(), await look()],
    [
      [429, "7"],
      [429, "7"],
      [200, null],
    ],
  );
  site.change("a", { page: { kind: "status", status: 410 } });
  assert.deepEqual(await look(), [410, null]);
});

test("sample site: a hanging page does not keep the site from closing", async () => {
  const site = await startSampleSite({ videos: [{ name: "a", page: { kind: "hang", seconds: 600 } }] });
  const hanging = assert.rejects(fetch(site.pageLink("a")));
  await fetch(`${site.url}/nothing`).then((response) => response.text());
  await site.close();
  await hanging;
});

test("sample site: a fault can be meant for one file of a stream, and spare who asks otherwise", async () => {
  const media = { kind: "status", status: 403, only: "segment0001.ts", spares: "sesame", times: 1 } as const;
  await using site = await startSampleSite({ videos: [{ name: "a", format: "hls", media }] });
  const look = async (file: string, userAgent = "nobody") => {
    const response = await fetch(new URL(file, site.mediaLink("a")), { headers: { "user-agent": userAgent } });
    await response.arrayBuffer();
    return response.status;
  };
  assert.deepEqual(
    [
      await look("index.m3u8"),
      await look("segment0000.ts"),
      await look("segment0001.ts", "open sesame"),
      await look("segment0001.ts"),
      await look("segment0001.ts"),
    ],
    [200, 200, 200, 403, 200],
  );
});

test("sample site: a short answer can end as if it were whole, or fall silent", async () => {
  const video = { name: "a", sizeBytes: 500_000, dropAtByte: 300_000, lengthKnown: false } as const;
  await using site = await startSampleSite({ videos: [{ ...video, dropBy: "end" }] });
  assert.equal((await (await fetch(site.mediaLink("a"))).arrayBuffer()).byteLength, 300_000);

  site.change("a", { dropBy: "silence" });
  const gone = new AbortController();
  const silent = await fetch(site.mediaLink("a"), { signal: gone.signal });
  await eventually("what there is was sent", () => site.requests.at(-1)?.sentBytes === 300_000);
  gone.abort();
  await assert.rejects(silent.arrayBuffer(), { name: "AbortError" });
});

test("sample site: a page can be of any size, and a thousandth of it on the wire", async () => {
  const pagePadding = { bytes: 20_000_000, compressed: true };
  await using site = await startSampleSite({ videos: [{ name: "a", pagePadding }] });
  const response = await fetch(site.pageLink("a"));
  assert.equal(response.headers.get("content-encoding"), "gzip");
  const html = await response.text();
  assert.ok(html.length > pagePadding.bytes);
  assert.match(html.slice(-500), /<source src="\/videos\/a\.mp4"/);
});

test("sample site: a site that asks for patience can name a moment, and one that sends on never ends", async () => {
  const page = { kind: "status", status: 429, retryAfterSeconds: 3600, retryAfterAs: "date" } as const;
  await using site = await startSampleSite({ videos: [{ name: "a", page, media: { kind: "redirect-onward" } }] });
  const response = await fetch(site.pageLink("a"));
  await response.text();
  const waitMs = Date.parse(response.headers.get("retry-after") ?? "") - Date.now();
  assert.ok(waitMs > 3500_000 && waitMs <= 3600_000, `${waitMs} ms`);
  const hop = async (link: string) => (await fetch(link, { redirect: "manual" })).headers.get("location");
  assert.equal(await hop(site.mediaLink("a")), "/videos/a.mp4?1");
  assert.equal(await hop(`${site.mediaLink("a")}?1`), "/videos/a.mp4?2");
});
