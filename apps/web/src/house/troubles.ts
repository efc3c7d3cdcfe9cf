import { timestampDate } from "@bufbuild/protobuf/wkt";
import { BotState, type GetStatusResponse, type Process, type Site, TroubleKind } from "@dwld/rpc";
import { placeOf } from "./place.ts";
import { ageDays, oldDays } from "./ytdlp-age.ts";

/** A trouble that keeps links from becoming videos on the server, if somebody can do something, or should know. */
export type HouseTrouble =
  | { readonly kind: "table" | "no_worker" | "no_ytdlp" | "cookies" | "room" }
  | { readonly kind: "space"; readonly freeBytes: bigint | undefined }
  | { readonly kind: "no_sender" | "refuses" | "away"; readonly place: string }
  | { readonly kind: "too_much_waits"; readonly waitingBytes: bigint }
  | {
      readonly kind: "site_paused";
      readonly site: string;
      readonly until: Date | undefined;
      readonly why: readonly { text: string; languageCode: string }[];
      readonly waiting: number;
    }
  | { readonly kind: "bot"; readonly address: string }
  | { readonly kind: "old_ytdlp"; readonly days: number }
  | { readonly kind: "other"; readonly text: string };

export type HouseTroubleKind = HouseTrouble["kind"];

/** The weight of each trouble. `bad`: nothing goes on until somebody acts; `warn`: it goes on with less; `plain`: good to know. */
export const weights: Readonly<Record<HouseTroubleKind, "bad" | "warn" | "plain">> = {
  table: "bad",
  no_worker: "bad",
  no_ytdlp: "bad",
  space: "bad",
  no_sender: "bad",
  refuses: "bad",
  away: "warn",
  too_much_waits: "warn",
  site_paused: "warn",
  cookies: "warn",
  bot: "warn",
  room: "warn",
  other: "warn",
  old_ytdlp: "plain",
};

const order = Object.keys(weights);
const knownKinds = new Set<TroubleKind>(Object.values(TroubleKind));

type Status = Pick<GetStatusResponse, "bots" | "destination" | "downloadsDisk" | "pausedSites" | "processes">;

/** Returns the troubles of a house, the heaviest first. Pure. */
export function troublesOf(
  status: Status,
  sites: readonly Pick<Site, "name" | "dueCount">[],
  now: Date,
): readonly HouseTrouble[] {
  const found = [
    ...missing(status),
    ...ofProcesses(status),
    ...ofDisk(status),
    ...pauses(status, sites, now),
    ...ofBots(status),
    ...ageOfYtdlp(status, now),
  ];
  return found.toSorted((left, right) => order.indexOf(left.kind) - order.indexOf(right.kind));
}

function living({ processes }: Status): readonly Process[] {
  return processes.filter(({ alive }) => alive);
}

/** Processes of which none lives. With no destination, nothing is sent. */
function missing(status: Status): HouseTrouble[] {
  const lacks = (app: string): boolean => !living(status).some((one) => one.app === app);
  return [
    ...(lacks("worker") ? [{ kind: "no_worker" } as const] : []),
    ...(status.destination !== "" && lacks("ftp-sender")
      ? [{ kind: "no_sender", place: placeOf(status.destination).host } as const]
      : []),
  ];
}

function ofProcesses(status: Status): HouseTrouble[] {
  const told = living(status).flatMap(({ troubles }) => troubles);
  const has = (kind: TroubleKind): boolean => told.some((trouble) => trouble.kind === kind);
  const place = placeOf(status.destination).host;
  return [
    ...(has(TroubleKind.TABLE) ? [{ kind: "table" } as const] : []),
    ...(has(TroubleKind.YTDLP) ? [{ kind: "no_ytdlp" } as const] : []),
    ...(has(TroubleKind.DESTINATION_REFUSES) ? [{ kind: "refuses", place } as const] : []),
    ...(has(TroubleKind.DESTINATION_AWAY) ? [{ kind: "away", place } as const] : []),
    ...(has(TroubleKind.COOKIES) ? [{ kind: "cookies" } as const] : []),
    ...(has(TroubleKind.ROOM) ? [{ kind: "room" } as const] : []),
    // A newer server knows more kinds.
    ...told.filter(({ kind }) => !knownKinds.has(kind)).map(({ text }) => ({ kind: "other", text }) as const),
  ];
}

function ofDisk(status: Status): HouseTrouble[] {
  const disk = status.downloadsDisk;
  const isFull = disk !== undefined && disk.freeBytes < disk.reserveBytes;
  const waits = disk !== undefined && disk.maxWaitingBytes > 0n && disk.waitingBytes > disk.maxWaitingBytes;
  // The worker begins nothing in either case, and for want of files on the disk, too.
  const isHeld = living(status).some(({ troubles }) => troubles.some(({ kind }) => kind === TroubleKind.SPACE));
  return [
    ...(isFull || (isHeld && !waits) ? [{ kind: "space", freeBytes: disk?.freeBytes } as const] : []),
    ...(waits ? [{ kind: "too_much_waits", waitingBytes: disk.waitingBytes } as const] : []),
  ];
}

function pauses({ pausedSites }: Status, sites: readonly Pick<Site, "name" | "dueCount">[], now: Date): HouseTrouble[] {
  return pausedSites
    .map(({ site, pausedUntil, text }) => ({
      ...{ kind: "site_paused" as const, site, why: text },
      until: pausedUntil === undefined ? undefined : timestampDate(pausedUntil),
      waiting: Number(sites.find(({ name }) => name === site)?.dueCount ?? 0n),
    }))
    .filter(({ until }) => until === undefined || until > now)
    .toSorted((left, right) => right.waiting - left.waiting);
}

/** A bot that is away may be switched off on purpose. */
function ofBots({ bots }: Status): HouseTrouble[] {
  return bots
    .filter(({ state }) => state === BotState.REFUSED || state === BotState.FAILING)
    .map(({ address }) => ({ kind: "bot", address }));
}

/** The age of the oldest yt-dlp that is in use. */
function ageOfYtdlp(status: Status, now: Date): HouseTrouble[] {
  const ages = living(status).map(({ ytdlpVersion }) => ageDays(ytdlpVersion, now) ?? 0);
  const days = Math.max(0, ...ages);
  return days > oldDays ? [{ kind: "old_ytdlp", days }] : [];
}
