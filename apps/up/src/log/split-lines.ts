/** The rest of a longer line is dropped. */
const maxLineBytes = 256 * 1024;

/** Splits a stream of UTF-8 into lines, and calls `onLine` with each, without its line feed. */
export function splitLines(onLine: (line: string) => void): {
  take: (chunk: Buffer) => void;
  end: () => void;
} {
  let pieces: Buffer[] = [];
  let heldBytes = 0;
  const hold = (piece: Buffer): void => {
    const room = maxLineBytes - heldBytes;
    if (room <= 0 || piece.length === 0) return;
    pieces.push(piece.subarray(0, room));
    heldBytes += Math.min(room, piece.length);
  };
  const hand = (): void => {
    const line = Buffer.concat(pieces).toString("utf8");
    pieces = [];
    heldBytes = 0;
    if (line !== "") onLine(line);
  };
  return {
    take: (chunk) => {
      let start = 0;
      for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
        hold(chunk.subarray(start, end));
        hand();
        start = end + 1;
      }
      hold(chunk.subarray(start));
    },
    end: hand,
  };
}
