import {
  changeYtdlpVersions,
  type Database,
  ytdlpChecks,
  ytdlpResults,
  type YtdlpVersionRow,
  ytdlpVersions,
  ytdlpVersionsInUse,
} from "@dwld/queue";
import { hourMs, minuteMs } from "@dwld/timing";
import type { CommandsByName } from "../ytdlp/ytdlp-commands.ts";
import { judge, recordsOf, type SiteRecord, type Verdict, watchMs } from "./judge.ts";
import { lockVersions, type VersionFolder } from "../releases/version-folder.ts";
import {
  commandsOf,
  dropMissing,
  goBack,
  hasFiles,
  rowOf,
  setAside,
  takeOver,
  usedVersion,
  type Why,
} from "./version-states.ts";

type Logger = Record<"info" | "warn", (details: object, message: string) => void>;

export type KeeperParts = {
  readonly database: Database;
  /** The name of this host. */
  readonly host: string;
  readonly folder: VersionFolder;
  readonly logger: Logger;
  readonly now: () => number;
};

/** The versions of this host, as the table told them last. */
export class VersionKeeper {
  readonly #parts: KeeperParts;
  #rows: readonly YtdlpVersionRow[] = [];
  /** When each folder was first seen that nobody needs. */
  readonly #unneeded = new Map<string, number>();

  constructor(parts: KeeperParts) {
    this.#parts = parts;
  }

  get rows(): readonly YtdlpVersionRow[] {
    return this.#rows;
  }

  /** See `commandsOf`. */
  commands(configured: CommandsByName): CommandsByName {
    return commandsOf(this.#rows, this.#parts.folder, configured);
  }

  /** Reads the table, and judges what is tried and what is watched. */
  async refresh(): Promise<void> {
    const { database, host, folder } = this.#parts;
    this.#rows = await ytdlpVersions(database, host);
    // After the table: a version that is fetched meanwhile is in its folder first.
    const present = await folder.list();
    const missing = this.#rows.filter((row) => hasFiles(row) && !present.includes(row.version));
    if (missing.length > 0) await this.#drop(missing);
    if (!this.#rows.some(({ pinned }) => pinned === 1)) {
      await this.#judgeCandidate();
      await this.#judgeCurrent();
    }
  }

  /** Sets a candidate aside that does not run on this machine. */
  async refuse(version: string, reason: string): Promise<void> {
    const words = { en: `it does not run here: ${reason}`, ru: `здесь не запускается: ${reason}` };
    await this.#setAside(version, { cause: "unusable", words });
  }

  /**
   * Removes versions that nobody needs: no attempt has used one for a quarter of an hour, in which others may still have begun, and a
   * loaded one without work is unloaded.
   */
  async removeUnneeded(): Promise<void> {
    const { database, host, folder, now } = this.#parts;
    const needed = this.#rows.filter(hasFiles).map(({ version }) => version);
    const unneeded = (await folder.list()).filter((version) => !needed.includes(version));
    for (const version of this.#unneeded.keys()) if (!unneeded.includes(version)) this.#unneeded.delete(version);
    if (unneeded.length === 0) return;
    const inUse = await ytdlpVersionsInUse(database, host);
    for (const version of unneeded) {
      const since = this.#unneeded.get(version);
      if (since === undefined || inUse.includes(version)) this.#unneeded.set(version, now());
      else if (now() - since >= graceMs) await this.#remove(version);
    }
  }

  async #remove(version: string): Promise<void> {
    const { database, host, folder } = this.#parts;
    await using lock = await lockVersions(folder);
    // Somebody may just have fetched it again.
    const rows = await ytdlpVersions(database, host);
    if (lock === undefined || rows.some((row) => row.version === version && hasFiles(row))) return;
    await folder.remove(version);
  }

  async #drop(missing: readonly YtdlpVersionRow[]): Promise<void> {
    const versions = missing.map(({ version }) => version);
    if (!(await this.#change((rows, now) => dropMissing(rows, versions, now)))) return;
    const names = missing.map(({ version, pinned }) => (pinned === 1 ? `${version}, which was pinned` : version));
    const used = usedVersion(this.#rows)?.version ?? "the one on the PATH";
    this.#parts.logger.warn({ versions }, `yt-dlp: the files of ${names.join(", ")} are gone, and ${used} is used`);
  }

  async #judgeCandidate(): Promise<void> {
    const [candidate, current] = [rowOf(this.#rows, "candidate"), rowOf(this.#rows, "current")];
    if (candidate === undefined || current === undefined) return;
    const { verdict, records } = await this.#judge("trial", candidate, current);
    if (verdict.verdict === "refuse")
      await this.#setAside(candidate.version, worseThan(current.version, verdict.sites));
    if (verdict.verdict !== "accept") return;
    await this.#change((rows, now) =>
      rowOf(rows, "candidate")?.version === candidate.version ? takeOver(rows, candidate.version, now) : rows,
    );
    const worked = records.reduce((total, record) => total + record.worked, 0);
    this.#parts.logger.info(
      { version: candidate.version, previous: current.version, worked },
      "yt-dlp: the new version did no worse, and is used from now on",
    );
  }

  async #judgeCurrent(): Promise<void> {
    const [current, previous] = [rowOf(this.#rows, "current"), rowOf(this.#rows, "previous")];
    if (current === undefined || previous === undefined || this.#parts.now() - current.since > watchMs) return;
    const { verdict } = await this.#judge("watch", current, previous);
    if (verdict.verdict !== "refuse") return;
    const why = worseThan(previous.version, verdict.sites);
    const changed = await this.#change((rows, now) =>
      rowOf(rows, "current")?.version === current.version ? goBack(rows, why, now) : rows,
    );
    if (changed)
      this.#parts.logger.warn(
        { version: current.version, back_to: previous.version, sites: verdict.sites.map(({ site }) => site) },
        `yt-dlp: back to ${previous.version}, and ${current.version} is set aside: ${why.words.en}`,
      );
  }

  async #judge(
    phase: "trial" | "watch",
    judged: YtdlpVersionRow,
    other: YtdlpVersionRow,
  ): Promise<{ verdict: Verdict; records: readonly SiteRecord[] }> {
    const { database, now } = this.#parts;
    const ageMs = now() - judged.since;
    const results = await ytdlpResults(database, [judged.version, other.version]);
    const records = recordsOf(results, judged.version, other.version);
    return { verdict: judge({ phase, ageMs, records }), records };
  }

  async #setAside(version: string, why: Why): Promise<void> {
    const changed = await this.#change((rows, now) => {
      const row = rowOf(rows, "candidate");
      return row?.version === version ? setAside(rows, row, why, now) : rows;
    });
    if (changed) this.#parts.logger.warn({ version }, `yt-dlp: ${version} is set aside: ${why.words.en}`);
  }

  async #change(
    change: (rows: readonly YtdlpVersionRow[], now: number) => readonly YtdlpVersionRow[],
  ): Promise<boolean> {
    const { database, host, now } = this.#parts;
    const { before, after } = await changeYtdlpVersions(database, host, (rows) => change(rows, now()));
    this.#rows = after;
    return before !== after;
  }
}

/** Longer than a loaded yt-dlp stays without work, and than another worker takes to read the table. */
const graceMs = 15 * minuteMs;

const mostNamed = 3;

/** Says on which sites a version does worse than the other. */
function worseThan(other: string, sites: readonly SiteRecord[]): Why {
  const named = sites
    .slice(0, mostNamed)
    .map(({ site, worse, worked }) => `${site} (${worse}/${worse + worked})`)
    .join(", ");
  const words = {
    en: `it fails on links of ${named} that ${other} then downloads`,
    ru: `не справляется со ссылками, которые затем скачивает ${other}: ${named}`,
  };
  return { cause: "worse", words };
}

/** Returns whether it is time to look for a newer version: after `everyMs`, and after a failed look within the hour. Pure. */
export function isDue(
  check: { checked_at: number; problem: string } | undefined,
  everyMs: number,
  now: number,
): boolean {
  if (check === undefined) return true;
  const waitMs = check.problem === "" ? everyMs : Math.min(everyMs, afterFailureMs);
  // A clock that was set back counts, too.
  return Math.abs(now - check.checked_at) >= waitMs;
}

const afterFailureMs = hourMs;

/** Returns the last look of a host. */
export async function checkOf(database: Database, host: string) {
  return (await ytdlpChecks(database)).find((check) => check.host === host);
}
