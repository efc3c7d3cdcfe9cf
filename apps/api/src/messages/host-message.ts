import type { MessageInitShape } from "@bufbuild/protobuf";
import type { HostRow } from "@dwld/queue";
import type { HostSchema, ProcessSchema } from "@dwld/rpc";
import { wireCount, wireInt64, wireTime } from "./wire-values.ts";

/** Converts a host, with its processes if they are given. */
export function hostMessage(
  row: HostRow,
  isAlive: boolean,
  processes: readonly MessageInitShape<typeof ProcessSchema>[] = [],
): MessageInitShape<typeof HostSchema> {
  return {
    name: row.name,
    alive: isAlive,
    sharedFolder: row.shared,
    lastSeenTime: wireTime(row.seen_at),
    waitingCount: BigInt(wireCount(row.waiting_tasks)),
    processes: [...processes],
    downloadsDisk: {
      path: row.downloads,
      freeBytes: wireInt64(row.free_bytes ?? 0),
      totalBytes: wireInt64(row.total_bytes ?? 0),
      waitingBytes: wireInt64(row.waiting_bytes),
    },
  };
}
