import { parseTexts, type Texts, type YtdlpCause, type YtdlpVersionRow } from "@dwld/queue";
import type { CommandsByName } from "../ytdlp/ytdlp-commands.ts";
import { compareVersions, isNewer } from "../releases/version-number.ts";

/** The versions of a host. Each function returns them as they are afterwards; the same array if nothing changes. Pure. */
type Rows = readonly YtdlpVersionRow[];

/** Why a version is set aside: dwld decides by the cause, and people read the words. */
export type Why = { readonly cause: YtdlpCause; readonly words: Texts };

/** The columns of a version that is not set aside. */
const noReason = { cause: "", reason: "" } as const;

/** `origin` of the yt-dlp that came with dwld, or is on the PATH. */
export const installedOrigin = "installed";

export function rowOf(rows: Rows, state: YtdlpVersionRow["state"]): YtdlpVersionRow | undefined {
  return rows.find((row) => row.state === state);
}

/** Returns the version that is used for what names no other: the pinned one, or the current one. */
export function usedVersion(rows: Rows): YtdlpVersionRow | undefined {
  return rows.find(({ pinned }) => pinned === 1) ?? rowOf(rows, "current");
}

/** Returns the version that is pinned, and in use, in the place of another; null: none is. */
export function pinnedInsteadOf(rows: Rows, version: string): string | null {
  const pinned = rows.find((row) => row.pinned === 1)?.version ?? version;
  return pinned === version ? null : pinned;
}

/** Returns whether the files of a version have to be there. */
export function hasFiles({ origin, state, pinned }: YtdlpVersionRow): boolean {
  return origin !== installedOrigin && (state !== "set_aside" || pinned === 1);
}

/**
 * Returns the commands of the versions and of the configuration by their names: first the one that is used, then the way back and the
 * others. A name of the configuration has its command.
 */
export function commandsOf(
  rows: Rows,
  { commandOf }: { commandOf: (version: string) => readonly string[] },
  configured: CommandsByName,
): CommandsByName {
  const used = usedVersion(rows);
  const order = [used, rowOf(rows, "previous"), ...rows].filter((row) => row !== undefined);
  const fetched = Object.fromEntries(order.filter(hasFiles).map(({ version }) => [version, commandOf(version)]));
  return used !== undefined && hasFiles(used)
    ? { ...fetched, ...configured }
    : { ...configured, ...fetched, ...configured };
}

/**
 * Notes the version that is installed beside those that were fetched. If it is newer than all that dwld uses, it becomes the current one:
 * somebody upgraded dwld, or Debian.
 */
export function noteInstalled(rows: Rows, installed: Pick<YtdlpVersionRow, "host" | "version">, now: number): Rows {
  const known = rows.find(({ origin }) => origin === installedOrigin);
  if (known?.version === installed.version) return rows;
  const others = rows.filter((row) => row !== known && row.version !== installed.version);
  const state = known?.state === "current" || known?.state === "previous" ? known.state : "kept";
  const row: YtdlpVersionRow = {
    ...installed,
    origin: installedOrigin,
    state,
    pinned: rows.some((one) => one.pinned === 1 && (one === known || one.version === installed.version)) ? 1 : 0,
    since: now,
    ...noReason,
  };
  const current = rowOf(others, "current");
  if (current === undefined) return [...others, { ...row, state: "current" }];
  if (!isNewer(row.version, current.version)) return [...others, row];
  return takeOver([...others, row], row.version, now);
}

/** Begins to try a version that was fetched. A pin on it stays: the trial waits until it is unpinned. */
export function beginTrial(
  rows: Rows,
  fetched: Pick<YtdlpVersionRow, "host" | "version" | "origin">,
  now: number,
): Rows {
  const pinned = rows.find(({ version }) => version === fetched.version)?.pinned ?? 0;
  const others = rows.filter(({ version }) => version !== fetched.version);
  return [...others, { ...fetched, state: "candidate", pinned, since: now, ...noReason }];
}

/** Keeps a version that a stage or a person names. */
export function keep(rows: Rows, fetched: Pick<YtdlpVersionRow, "host" | "version" | "origin">, now: number): Rows {
  if (rows.some((row) => row.version === fetched.version && row.state !== "set_aside")) return rows;
  const others = rows.filter(({ version }) => version !== fetched.version);
  return [...others, { ...fetched, state: "kept", pinned: 0, since: now, ...noReason }];
}

/** Makes a version the current one. The one that was current is the way back; the one before that goes. */
export function takeOver(rows: Rows, version: string, now: number): Rows {
  return rows.flatMap((row): YtdlpVersionRow[] => {
    if (row.version === version) return [{ ...row, state: "current", since: now, ...noReason }];
    if (row.state === "current") return [{ ...row, state: "previous", since: now }];
    if (row.state === "previous") return leave(row, now);
    return [row];
  });
}

/** Sets a version aside that is not in use: a candidate, or one that failed its self-test. */
export function setAside(
  rows: Rows,
  refused: Pick<YtdlpVersionRow, "host" | "version" | "origin">,
  { cause, words }: Why,
  now: number,
): Rows {
  const aside = { state: "set_aside", cause, reason: JSON.stringify(words) } as const;
  const others = rows.filter(({ version }) => version !== refused.version);
  return [...others, { ...refused, ...aside, pinned: 0, since: now }];
}

/** Returns why a version is set aside that failed its self-test. */
export function failedSelfTest(message: string): Why {
  const words = { en: `it failed its self-test: ${message}`, ru: `не прошла самопроверку: ${message}` };
  return { cause: "self_test", words };
}

/** Returns why a version was set aside, for a person; undefined: it was not. */
export function reasonOf({ reason }: Pick<YtdlpVersionRow, "reason">): string | undefined {
  return parseTexts(reason === "" ? null : reason)?.en;
}

/** Returns whether a version failed its self-test here. */
export function isUnfit(row: Pick<YtdlpVersionRow, "state" | "cause">): boolean {
  return row.state === "set_aside" && row.cause === "self_test";
}

/** Goes back to the previous version, and sets the current one aside. The same array if there is no way back. */
export function goBack(rows: Rows, why: Why, now: number): Rows {
  const [current, previous] = [rowOf(rows, "current"), rowOf(rows, "previous")];
  if (current === undefined || previous === undefined) return rows;
  const others = rows.filter((row) => row !== current && row !== previous);
  return [...setAside(others, current, why, now), { ...previous, state: "current", since: now }];
}

/** Pins a version that is there. */
export function pin(rows: Rows, version: string): Rows {
  if (rows.find((row) => row.version === version)?.pinned === 1) return rows;
  return rows.map((row) => ({ ...row, pinned: row.version === version ? 1 : 0 }));
}

/** Removes the pin. A candidate, which was not tried meanwhile, has its whole time from now on. */
export function unpin(rows: Rows, now: number): Rows {
  if (!rows.some(({ pinned }) => pinned === 1)) return rows;
  return rows.map((row) => ({ ...row, pinned: 0, since: row.state === "candidate" ? now : row.since }));
}

/** Drops versions that nobody names any more. Those set aside are remembered: the last ten, and those that stages name. */
export function tidy(rows: Rows, namedByStages: ReadonlySet<string>): Rows {
  const remembered = rows
    .filter(({ state }) => state === "set_aside")
    .toSorted((a, b) => compareVersions(b.version, a.version))
    .slice(0, 10);
  const stays = (row: YtdlpVersionRow) => {
    if (namedByStages.has(row.version)) return true;
    if (row.state === "set_aside") return remembered.includes(row);
    return row.state !== "kept" || row.origin === installedOrigin || row.pinned === 1;
  };
  return rows.every(stays) ? rows : rows.filter(stays);
}

/**
 * Drops versions whose files are gone, as after a disk was lost. What was before takes the place of the current one.
 *
 * @param missing the versions whose files are gone.
 */
export function dropMissing(rows: Rows, missing: readonly string[], now: number): Rows {
  const isThere = (row: YtdlpVersionRow) => !hasFiles(row) || !missing.includes(row.version);
  if (rows.every(isThere)) return rows;
  const left = rows.filter(isThere);
  const next = rowOf(left, "previous") ?? left.find(({ origin }) => origin === installedOrigin);
  if (rowOf(left, "current") !== undefined || next === undefined) return left;
  return left.map((row) => (row === next ? { ...row, state: "current", since: now, ...noReason } : row));
}

/** Removes the version that was the way back, or keeps it if it is installed or pinned. */
function leave(row: YtdlpVersionRow, now: number): YtdlpVersionRow[] {
  return row.origin === installedOrigin || row.pinned === 1 ? [{ ...row, state: "kept", since: now }] : [];
}
