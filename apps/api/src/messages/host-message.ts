import type { MessageInitShape } from "@bufbuild/protobuf";
import type { HostRow } from "@dwld/queue";
import type { HostSchema, ProcessSchema } from "@dwld/rpc";
import { wireCount, wireDuration, wireInt64, wireTime } from "./wire-values.ts";

/** Converts a host, with its processes if they are given. */
export function hostMessage(
  row: HostRow,
  isAlive: boolean,
  processes: readonly MessageInitShape<typeof ProcessSchema>[] = [],
): MessageInitShape<typeof HostSchema> {
  const { free_bytes: freeBytes, total_bytes: totalBytes } = row;
  const waitingBytes = wireInt64(row.waiting_bytes);
  return {
    name: row.name,
    alive: isAlive,
    sharedFolder: row.shared,
    firstSeenTime: wireTime(row.first_seen_at),
    lastSeenTime: wireTime(row.seen_at),
    silence: wireDuration(row.silent_ms / 1000),
    waitingCount: BigInt(wireCount(row.waiting_tasks)),
    waitingBytes,
    processes: [...processes],
    ...(freeBytes === null || totalBytes === null
      ? {}
      : {
          downloadsDisk: {
            path: row.downloads,
            freeBytes: wireInt64(freeBytes),
            totalBytes: wireInt64(totalBytes),
            waitingBytes,
          },
        }),
  };
}
