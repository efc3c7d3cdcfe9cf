import type { MessageInitShape } from "@bufbuild/protobuf";
import type { HostRow } from "@dwld/queue";
import type { HostSchema } from "@dwld/rpc";
import type { SeenMachines, SeenProcess } from "../machine/living-processes.ts";
import { type Answering, processMessage } from "./process-message.ts";
import { type Ytdlps, ytdlpsOf } from "./ytdlp-message.ts";
import { wireCount, wireInt64, wireTime } from "./wire-values.ts";

/** Converts the hosts that are expected back; with their processes, if it is given by which process they are told. */
export function hostMessages({ processes, hosts }: SeenMachines, ytdlps: Ytdlps, answering?: Answering) {
  const expected = hosts.filter(({ forgotten_at }) => forgotten_at === null);
  return expected.map((row) => {
    const own = processes.filter((process) => process.row.host === row.name);
    return { ...hostMessage(row, own, answering), ...ytdlpsOf(row.name, ytdlps) };
  });
}

function hostMessage(
  row: HostRow,
  processes: readonly SeenProcess[],
  answering: Answering | undefined,
): MessageInitShape<typeof HostSchema> {
  return {
    name: row.name,
    alive: processes.some(({ isAlive }) => isAlive),
    sharedFolder: row.shared,
    lastSeenTime: wireTime(row.seen_at),
    waitingCount: BigInt(wireCount(row.waiting_tasks)),
    processes: answering === undefined ? [] : processes.map((process) => processMessage(process, answering)),
    downloadsDisk: {
      path: row.downloads,
      freeBytes: wireInt64(row.free_bytes ?? 0),
      totalBytes: wireInt64(row.total_bytes ?? 0),
      waitingBytes: wireInt64(row.waiting_bytes),
    },
  };
}
