import { elementAt, elementsIn, type Extent, readNumber, unsigned } from "./ebml.ts";
import type { FileBytes } from "./file-bytes.ts";
import { existing, insist } from "./plain.ts";

/** A frame of a track. */
export type Block = { track: number; atMs: number; start: number; length: number };

const ids = {
  ...{ cluster: 0x1f43b675, time: 0xe7, simpleBlock: 0xa3, group: 0xa0, block: 0xa1, void: 0xec, checksum: 0xbf },
  ...{ previousSize: 0xab, position: 0xa7 },
};
/** Elements of a group beside its block: duration, reference, padding. */
const besideBlock: readonly number[] = [0x9b, 0xfb, 0x75a2];
/** Elements that may follow the last cluster: cues, tags, reserved space. */
const behindClusters: readonly number[] = [0x1c53bb6b, 0x1254c367, 0xec];
const lacing = 0x06;
const mostGroupHeadBytes = 64;

/** Reads the blocks of the first cluster. */
export async function firstBlocks(file: FileBytes, at: number, tracks: ReadonlySet<number>): Promise<Block[]> {
  const cluster = await elementAt(file, at);
  insist(cluster.id === ids.cluster, "no cluster");
  return await readCluster(file, cluster, tracks);
}

/** Reads the clusters from one to the end of the file, all whole; returns the last time at which something is shown. */
export async function lastMilliseconds(
  file: FileBytes,
  from: number,
  { numbers, atMs }: { numbers: ReadonlySet<number>; atMs: number },
): Promise<number> {
  let last = -1;
  let at = from;
  let element = await elementAt(file, at);
  for (; element.id === ids.cluster; element = await elementAt(file, at)) {
    const blocks = await readCluster(file, element, numbers);
    if (at === from)
      insist(
        blocks.some((block) => block.atMs === atMs),
        "a cue of no block",
      );
    last = blocks.reduce((most, block) => Math.max(most, block.atMs), last);
    at = element.end;
    if (at === file.sizeBytes) break;
  }
  while (at < file.sizeBytes) {
    element = await elementAt(file, at);
    insist(behindClusters.includes(element.id), "an unusual element behind the clusters");
    at = element.end;
  }
  insist(last >= 0, "no blocks at the end");
  return last;
}

/** Reads the heads of the blocks of a cluster (RFC 9559, 5.1.3), none of which holds several frames. */
async function readCluster(file: FileBytes, { start, end }: Extent, tracks: ReadonlySet<number>): Promise<Block[]> {
  const blocks: Block[] = [];
  let clusterMs: number | undefined;
  for (let at = start; at < end;) {
    const element = await elementAt(file, at);
    insist(element.end <= end, "an element is longer than its cluster");
    const length = element.end - element.start;
    if (element.id === ids.time) {
      insist(clusterMs === undefined && length <= 8, "two times of a cluster");
      clusterMs = unsigned(await file.read(element.start, length));
    } else if (element.id === ids.simpleBlock || element.id === ids.group) {
      const block = element.id === ids.group ? await blockOfGroup(file, element) : element;
      blocks.push(await readBlock(file, block, { clusterMs: existing(clusterMs, "no time of a cluster"), tracks }));
    } else insist([ids.void, ids.checksum, ids.previousSize, ids.position].includes(element.id), "an unusual element");
    at = element.end;
  }
  return blocks;
}

async function blockOfGroup(file: FileBytes, group: Extent): Promise<Extent> {
  const block = await elementAt(file, group.start);
  insist(
    block.id === ids.block && group.end - block.end <= mostGroupHeadBytes && block.end <= group.end,
    "an unusual group",
  );
  const rest = elementsIn(await file.read(block.end, group.end - block.end));
  insist(
    rest.every(({ id }) => besideBlock.includes(id)),
    "an unusual group",
  );
  return block;
}

async function readBlock(
  file: FileBytes,
  { start, end }: Extent,
  { clusterMs, tracks }: { clusterMs: number; tracks: ReadonlySet<number> },
): Promise<Block> {
  const head = await file.read(start, Math.min(8, end - start));
  const { value: track, length } = readNumber(head, 0);
  insist(tracks.has(track), "a block of no track");
  insist((head.readUInt8(length + 2) & lacing) === 0, "several frames in a block");
  const from = start + length + 3;
  insist(from < end, "an empty block");
  return { track, atMs: clusterMs + head.readInt16BE(length), start: from, length: end - from };
}
