import { create } from "@bufbuild/protobuf";
import {
  type Database,
  parseTexts,
  type YtdlpCheckRow,
  ytdlpChecks,
  type YtdlpState,
  type YtdlpVersionRow,
  ytdlpVersions,
} from "@dwld/queue";
import { type YtdlpCheck, YtdlpCheckSchema, type YtdlpVersion, YtdlpVersionSchema, YtdlpVersionState } from "@dwld/rpc";
import { localizedTexts } from "./localized-text.ts";
import { wireTime } from "./wire-values.ts";

/** The versions of yt-dlp of all hosts, and the last look of each for a newer one. */
export type Ytdlps = { readonly versions: readonly YtdlpVersionRow[]; readonly checks: readonly YtdlpCheckRow[] };

export async function readYtdlps(database: Database): Promise<Ytdlps> {
  return { versions: await ytdlpVersions(database), checks: await ytdlpChecks(database) };
}

const states: Readonly<Record<YtdlpState, YtdlpVersionState>> = {
  current: YtdlpVersionState.CURRENT,
  candidate: YtdlpVersionState.CANDIDATE,
  previous: YtdlpVersionState.PREVIOUS,
  kept: YtdlpVersionState.KEPT,
  set_aside: YtdlpVersionState.SET_ASIDE,
};

/** Converts what a host has. */
export function ytdlpsOf(
  host: string,
  { versions, checks }: Ytdlps,
): { ytdlpVersions: YtdlpVersion[]; ytdlpCheck?: YtdlpCheck } {
  const check = checks.find((one) => one.host === host);
  return {
    ytdlpVersions: versions
      .filter((row) => row.host === host)
      .map((row) =>
        create(YtdlpVersionSchema, {
          version: row.version,
          state: states[row.state],
          pinned: row.pinned === 1,
          origin: row.origin,
          sinceTime: wireTime(row.since),
          reason: localizedTexts(parseTexts(row.reason === "" ? null : row.reason)),
        }),
      ),
    ...(check === undefined
      ? {}
      : {
          ytdlpCheck: create(YtdlpCheckSchema, {
            checkTime: wireTime(check.checked_at),
            ...(check.succeeded_at === null ? {} : { lastSuccessTime: wireTime(check.succeeded_at) }),
            newest: check.newest,
            problem: check.problem,
          }),
        }),
  };
}
