import type { MessageInitShape } from "@bufbuild/protobuf";
import { type Database, parseTroubles, troubleSources, type TroubleSource, wallsOf } from "@dwld/queue";
import { type ProcessSchema, TroubleKind } from "@dwld/rpc";
import type { SeenProcess } from "../machine/living-processes.ts";
import { wireTime } from "./wire-values.ts";

/** The process that answers, whose own trouble may be that it cannot write to the table. */
export type Answering = { readonly database: Pick<Database, "trouble">; readonly host: string };

/** Converts a process, with its troubles. */
export function processMessage(process: SeenProcess, answering: Answering): MessageInitShape<typeof ProcessSchema> {
  const { row, isAlive } = process;
  const walls = wallsOf(row);
  const troubles = troublesOf(process, answering);
  return {
    id: row.id,
    app: row.app,
    host: row.host,
    pid: row.pid,
    version: row.version,
    startTime: wireTime(row.started_at),
    lastSeenTime: wireTime(row.seen_at),
    alive: isAlive,
    trouble: troubles.map(({ text }) => text).join("; "),
    troubles: [...troubles],
    ytdlpVersion: row.ytdlp_version,
    ...(walls === undefined ? {} : { walls }),
  };
}

type NamedTrouble = { readonly kind: TroubleKind; readonly text: string };

/** The trouble of this process is not in the table if it cannot write. */
function troublesOf({ row }: SeenProcess, { database: { trouble }, host }: Answering): NamedTrouble[] {
  if (row.pid === process.pid && row.host === host && trouble !== undefined)
    return [{ kind: TroubleKind.TABLE, text: trouble.message }];
  const troubles = parseTroubles(row);
  return troubleSources.flatMap((source) => {
    const text = troubles[source] ?? "";
    return text === "" ? [] : [{ kind: kinds[source], text }];
  });
}

const kinds: Readonly<Record<TroubleSource, TroubleKind>> = {
  configuration: TroubleKind.CONFIGURATION,
  cookies: TroubleKind.COOKIES,
  destination_away: TroubleKind.DESTINATION_AWAY,
  destination_refuses: TroubleKind.DESTINATION_REFUSES,
  hosts: TroubleKind.HOSTS,
  room: TroubleKind.ROOM,
  site_limits: TroubleKind.SITE_LIMITS,
  space: TroubleKind.SPACE,
  "yt-dlp": TroubleKind.YTDLP,
};
