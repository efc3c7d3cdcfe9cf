/** A box of MP4, or an element of Matroska. */
export type Place = { start: number; end: number; name: number; isData: boolean };

/** Boxes that hold boxes, and what of them comes before. */
const holders: Record<string, number> = {
  ...{
    moov: 0,
    trak: 0,
    edts: 0,
    mdia: 0,
    minf: 0,
    dinf: 0,
    stbl: 0,
    udta: 0,
    meta: 4,
    ilst: 0,
    stsd: 8,
    avc1: 78,
    mp4a: 28,
  },
};

/** Elements of Matroska that hold elements. */
const masters: ReadonlySet<string> = new Set([
  ...["18538067", "1a45dfa3", "114d9b74", "1549a966", "1654ae6b", "1254c367", "1c53bb6b", "1f43b675", "ae", "e0", "e1"],
  ...["bb", "b7", "7373", "63c0", "67c8", "4dbb", "a0"],
]);
const data: ReadonlySet<string> = new Set(["mdat", "a3", "a1"]);

/** Returns the boxes or elements of a whole file, with those that they hold; of an MP3 its first kilobytes. */
export function boxesAt(file: Buffer): Place[] {
  if (file.toString("latin1", 4, 8) === "ftyp") return boxesOf(file, 0, file.length);
  if (file.length > 4 && file.readUInt32BE(0) === 0x1a45dfa3) return elementsOf(file, 0, file.length);
  const [head, end] = [Math.min(file.length, 2048), file.length];
  return [
    { start: 0, end: head, name: 0, isData: false },
    { start: head, end, name: head, isData: true },
  ];
}

function boxesOf(file: Buffer, from: number, to: number): Place[] {
  const places: Place[] = [];
  for (let at = from; at + 8 <= to;) {
    const bytes = file.readUInt32BE(at);
    if (bytes < 8 || at + bytes > to) break;
    const type = file.toString("latin1", at + 4, at + 8);
    places.push({ start: at, end: at + bytes, name: at + 4, isData: data.has(type) });
    const inside = holders[type];
    if (inside !== undefined) places.push(...boxesOf(file, at + 8 + inside, at + bytes));
    at += bytes;
  }
  return places;
}

function elementsOf(file: Buffer, from: number, to: number): Place[] {
  const places: Place[] = [];
  for (let at = from; at + 2 <= to;) {
    const idLength = Math.clz32(file[at] ?? 0) - 23;
    const sizeLength = Math.clz32(file[at + idLength] ?? 0) - 23;
    const head = idLength + sizeLength;
    if (idLength > 4 || sizeLength > 8 || at + head > to) break;
    const size =
      [...file.subarray(at + idLength, at + head)].reduce((sum, byte) => sum * 256 + byte, 0) - 2 ** (7 * sizeLength);
    if (at + head + size > to) break;
    const id = file.toString("hex", at, at + idLength);
    places.push({ start: at, end: at + head + size, name: at, isData: data.has(id) });
    if (masters.has(id)) places.push(...elementsOf(file, at + head, at + head + size));
    at += head + size;
  }
  return places;
}
