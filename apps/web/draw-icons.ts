import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";

/**
 * draw-icons.ts FOLDER: draws the page's icon, as static/icon.svg has it, in the sizes and shapes that telephones want, as PNG.
 * Systems that cut a shape of their own out of an icon get one without corners, whose sign keeps away from the edge.
 */
type Shape = {
  readonly name: string;
  readonly size: number;
  readonly cornerRadius: number;
  readonly signScale: number;
};

export const shapes: readonly Shape[] = [
  { name: "icon-192.png", size: 192, cornerRadius: 15, signScale: 1 },
  { name: "icon-512.png", size: 512, cornerRadius: 15, signScale: 1 },
  { name: "icon-maskable.png", size: 512, cornerRadius: 0, signScale: 0.8 },
  { name: "icon-apple.png", size: 180, cornerRadius: 0, signScale: 0.9 },
];

type Point = readonly [x: number, y: number];
type Colour = readonly [red: number, green: number, blue: number];

const edge = 64;
const ground: Colour = [0x0a, 0x6b, 0x4d];
const strokes: readonly { colour: Colour; points: readonly Point[] }[] = [
  {
    colour: [255, 255, 255],
    points: [
      [32, 13],
      [32, 40],
    ],
  },
  {
    colour: [255, 255, 255],
    points: [
      [21, 29],
      [32, 40],
      [43, 29],
    ],
  },
  {
    colour: [0x9f, 0xe0, 0xc5],
    points: [
      [17, 50],
      [47, 50],
    ],
  },
];
const halfStroke = 3;

/** Returns an icon as the bytes of its pixels: red, green, blue, opacity. */
export function drawIcon({ size, cornerRadius, signScale }: Shape): Buffer {
  const pixels = Buffer.alloc(size * size * 4);
  const unitsPerPixel = edge / size;
  const covers = (distance: number, scale = 1): number =>
    Math.min(1, Math.max(0, 0.5 - (distance * scale) / unitsPerPixel));
  for (let row = 0; row < size; row += 1)
    for (let column = 0; column < size; column += 1) {
      const [x, y] = [(column + 0.5) * unitsPerPixel, (row + 0.5) * unitsPerPixel];
      const onSign: Point = [32 + (x - 32) / signScale, 32 + (y - 32) / signScale];
      let colour = ground;
      for (const stroke of strokes)
        colour = mixed(colour, stroke.colour, covers(distanceTo(stroke.points, onSign) - halfStroke, signScale));
      pixels.set(
        [...colour.map(Math.round), Math.round(255 * covers(outOfSquare([x, y], cornerRadius)))],
        (row * size + column) * 4,
      );
    }
  return pixels;
}

function mixed(under: Colour, over: Colour, share: number): Colour {
  const at = (channel: 0 | 1 | 2): number => under[channel] + (over[channel] - under[channel]) * share;
  return [at(0), at(1), at(2)];
}

function distanceTo(points: readonly Point[], [x, y]: Point): number {
  const distances = points.slice(1).map(([toX, toY], index) => {
    const [fromX, fromY] = points[index] ?? [0, 0];
    const [acrossX, acrossY] = [toX - fromX, toY - fromY];
    const along = ((x - fromX) * acrossX + (y - fromY) * acrossY) / (acrossX ** 2 + acrossY ** 2);
    const share = Math.min(1, Math.max(0, along));
    return Math.hypot(x - fromX - share * acrossX, y - fromY - share * acrossY);
  });
  return Math.min(...distances);
}

/** The distance from the square with round corners, negative within. */
function outOfSquare([x, y]: Point, radius: number): number {
  if (radius === 0) return -edge;
  const [fromX, fromY] = [x, y].map((at) => Math.abs(at - edge / 2) - edge / 2 + radius) as [number, number];
  return Math.hypot(Math.max(fromX, 0), Math.max(fromY, 0)) + Math.min(Math.max(fromX, fromY), 0) - radius;
}

/** Returns pixels as a PNG file: each row as its difference to the one above (filter 2 of the format), compressed. */
export function encodePng(pixels: Buffer, size: number): Buffer {
  const rowBytes = size * 4;
  const rows = Buffer.alloc((rowBytes + 1) * size);
  for (let row = 0; row < size; row += 1) {
    rows[row * (rowBytes + 1)] = 2;
    for (let index = 0; index < rowBytes; index += 1) {
      const above = row === 0 ? 0 : (pixels[(row - 1) * rowBytes + index] ?? 0);
      rows[row * (rowBytes + 1) + 1 + index] = (pixels[row * rowBytes + index] ?? 0) - above;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  // Eight bits of red, green, blue and opacity each.
  header.set([8, 6], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

const [folder] = process.argv.slice(2);
if (import.meta.main) {
  if (folder === undefined) throw new Error("usage: node apps/web/draw-icons.ts FOLDER");
  for (const shape of shapes) writeFileSync(join(folder, shape.name), encodePng(drawIcon(shape), shape.size));
}
