import assert from "node:assert/strict";
import { after, test } from "node:test";
import { makePicture, type PictureFile } from "@dwld/testbed";
import { execa } from "execa";
import { mostThumbnailBytes, ThumbnailEncoder } from "./encode-thumbnail.ts";

const never = new AbortController().signal;
const encoder = new ThumbnailEncoder();
after(() => encoder.close());

/** Draws a picture by a filter of ffmpeg, with a comment. */
async function drawn(filter: string, ending: string): Promise<Buffer> {
  const args = ["-v", "error", "-f", "lavfi", "-i", filter, "-frames:v", "1", "-metadata", "comment=where I live"];
  const { stdout } = await execa("ffmpeg", [...args, "-f", "image2pipe", "-c:v", ending, "pipe:1"], {
    encoding: "buffer",
  });
  return Buffer.from(stdout);
}

const sent = async (kind: PictureFile) => (await makePicture("encoded", kind)).body;

async function facts(jpeg: Buffer): Promise<string> {
  const args = ["-v", "error", "-show_entries", "stream=codec_name,width,height", "-of", "csv=p=0", "-i", "pipe:0"];
  return (await execa("ffprobe", args, { input: jpeg })).stdout;
}

test("thumbnail encoder: each kind of picture becomes a small JPEG of its own shape, never larger than it was", async () => {
  const noise = "nullsrc=size=700x700,geq=random(1)*255:128:128";
  for (const [picture, expected] of [
    [await sent("jpeg"), "mjpeg,320,180"],
    [await sent("webp"), "mjpeg,320,180"],
    [await sent("png"), "mjpeg,320,180"],
    [await sent("gif"), "mjpeg,320,180"],
    [await drawn("testsrc2=size=300x900", "png"), "mjpeg,107,320"],
    [await drawn("testsrc2=size=64x48", "mjpeg"), "mjpeg,64,48"],
    [await drawn(noise, "png"), "mjpeg,320,320"],
  ] as const) {
    const jpeg = await encoder.encode(picture, never);
    assert(jpeg !== undefined && jpeg.length <= mostThumbnailBytes, expected);
    assert.equal(await facts(jpeg), expected);
    // No comment, no EXIF, no name of the program.
    assert.doesNotMatch(jpeg.toString("latin1"), /where I live|Exif|Lavc/);
  }
});

test("thumbnail encoder: what is no picture, is cut off or claims too many pixels is refused, in seconds", async () => {
  const jpeg = await sent("jpeg");
  const claims = Buffer.from(jpeg);
  claims.writeUInt32BE(0xffdcffdc, claims.indexOf(Buffer.from("ffc0", "hex")) + 5);
  const list = Buffer.from("RIFF\0\0\0\0WEBPconcat\nfile '/etc/passwd'\n");
  for (const [what, picture] of [
    ["nothing", Buffer.alloc(0)],
    ["text", Buffer.from("no picture")],
    ["HTML", await sent("html")],
    ["SVG", await sent("svg")],
    ["a bomb", await sent("bomb")],
    ["a claim of 65500 lines", claims],
    ["36 million pixels", await drawn("color=size=6000x6000", "png")],
    ["a beginning", jpeg.subarray(0, 20)],
    ["a list that begins as a picture", list],
  ] as const) {
    const beginMs = performance.now();
    assert.equal(await encoder.encode(picture, never), undefined, what);
    assert(performance.now() - beginMs < 15_000, what);
  }
});

test("thumbnail encoder: a picture that nobody waits for, or that takes too long, gives way to the next one", async () => {
  const large = await drawn("testsrc2=size=4000x4000", "png");
  const stop = new AbortController();
  const first = assert.rejects(encoder.encode(large, stop.signal), /enough/);
  const second = encoder.encode(await sent("jpeg"), never);
  setImmediate(() => stop.abort(new Error("enough")));
  await first;
  assert.notEqual(await second, undefined);
  const given = AbortSignal.timeout(1);
  for (const bomb of Array.from({ length: 5 }, () => sent("bomb")))
    await encoder.encode(await bomb, given).catch((error: unknown) => assert.equal(error, given.reason));
  assert.notEqual(await encoder.encode(await sent("jpeg"), never), undefined);
  const hasty = new ThumbnailEncoder({ longestMs: 1, idleMs: 1 });
  assert.equal(await hasty.encode(large, never), undefined);
  assert.equal(await hasty.encode(Buffer.concat([large, large]), never), undefined);
});
