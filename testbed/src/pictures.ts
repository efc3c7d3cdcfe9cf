import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { crc32, deflateSync } from "node:zlib";
import { cachedFile, keyOf, videoCacheFolder } from "./video-cache.ts";
import { ffmpeg } from "./videos.ts";

/** Raise this when a recipe below changes, so that old files of the cache are not used. */
const recipeVersion = 1;

const drawn = { jpeg: "jpg", webp: "webp", png: "png", gif: "gif" } as const;

/** "broken" is text of a picture's type, "bomb" a PNG of 30,000 × 30,000 pixels in 110 kB. */
export type PictureFile = keyof typeof drawn | "broken" | "html" | "svg" | "bomb";

/** The picture of a video, or what comes in its place. "drip" is a JPEG that goes on for ever. */
export type Picture = PictureFile | "drip" | "missing";

export async function makePicture(seed: string, kind: PictureFile): Promise<{ contentType: string; body: Buffer }> {
  switch (kind) {
    case "broken":
      return { contentType: "image/jpeg", body: Buffer.from("no picture\n") };
    case "html":
      return { contentType: "text/html", body: Buffer.from("<!doctype html><script>alert(1)</script>\n") };
    case "svg":
      return { contentType: "image/svg+xml", body: Buffer.from(svg) };
    case "bomb":
      return { contentType: "image/png", body: await readFile(await makeBomb()) };
    default:
      return { contentType: `image/${kind}`, body: await readFile(await draw(seed, kind)) };
  }
}

const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="320" height="180"><image href="file:///etc/passwd"/></svg>\n`;

/** A sky above the sea, 640 × 360 pixels, in colours of its own. */
async function draw(seed: string, kind: keyof typeof drawn): Promise<string> {
  const ending = drawn[kind];
  return await cachedFile(videoCacheFolder, `${keyOf(["picture", recipeVersion, seed])}.${ending}`, async (path) => {
    const hue = createHash("sha256").update(seed).digest().readUInt16BE(0) % 360;
    const sky = "gradients=size=640x360:nb_colors=3:c0=0x203060:c1=0xe0805a:c2=0xffe0a0:x0=0:y0=0:x1=0:y1=250";
    const sea = "drawbox=y=250:w=640:h=110:color=0x18304a:thickness=fill";
    await ffmpeg(["-f", "lavfi", "-i", `${sky},${sea},hue=h=${hue}`, "-frames:v", "1", path]);
  });
}

async function makeBomb(): Promise<string> {
  return await cachedFile(videoCacheFolder, `${keyOf(["bomb", recipeVersion])}.png`, async (path) => {
    const side = 30_000;
    const header = Buffer.alloc(13);
    header.writeUInt32BE(side, 0);
    header.writeUInt32BE(side, 4);
    // One bit for each pixel, in grey.
    header[8] = 1;
    const rows = deflateSync(Buffer.alloc(side * (1 + side / 8)));
    const signature = Buffer.from("89504e470d0a1a0a", "hex");
    await writeFile(
      path,
      Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", rows), chunk("IEND", Buffer.alloc(0))]),
    );
  });
}

/** A chunk of PNG (its specification, 5.3). */
function chunk(type: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, "latin1"), content]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}
