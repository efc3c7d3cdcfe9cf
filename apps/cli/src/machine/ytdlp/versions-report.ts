import { parseTexts } from "@dwld/queue";
import type {
  FetchStep,
  RollbackResult,
  UpdateResult,
  VersionFacts,
  YtdlpVersionRow,
} from "@dwld/worker/ytdlp-versions";

/** A version in `dwld ytdlp list --json`: scripts rely on it. */
export type ListedVersion = {
  readonly version: string;
  readonly state: YtdlpVersionRow["state"];
  /** Whether the version is used for what names no other. */
  readonly used: boolean;
  readonly pinned: boolean;
  /** "installed": it came with dwld, or is on the PATH. */
  readonly origin: string;
  readonly since: string;
  /** Why it was set aside; null: it was not. */
  readonly reason: string | null;
  readonly worked: number;
  readonly broken: number;
};

/** The document of `dwld ytdlp list --json`. */
export type VersionsReport = {
  readonly versions: readonly ListedVersion[];
  /** The last look for a newer one; null: there was none. */
  readonly check: {
    readonly at: string;
    readonly succeededAt: string | null;
    readonly newest: string;
    readonly problem: string;
  } | null;
};

const order: readonly YtdlpVersionRow["state"][] = ["current", "candidate", "previous", "kept", "set_aside"];

/** Pure. */
export function reportVersions({ versions, check, results }: VersionFacts): VersionsReport {
  const runs = (version: string, kind: "worked" | "broken") =>
    results.filter((row) => row.version === version && row.kind === kind).reduce((sum, row) => sum + row.runs, 0);
  const pinned = versions.some((row) => row.pinned === 1);
  return {
    versions: versions
      .toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state))
      .map((row) => ({
        version: row.version,
        state: row.state,
        used: pinned ? row.pinned === 1 : row.state === "current",
        pinned: row.pinned === 1,
        origin: row.origin,
        since: timeOf(row.since),
        reason: parseTexts(row.reason === "" ? null : row.reason)?.en ?? null,
        worked: runs(row.version, "worked"),
        broken: runs(row.version, "broken"),
      })),
    check:
      check === undefined
        ? null
        : {
            at: timeOf(check.checked_at),
            succeededAt: check.succeeded_at === null ? null : timeOf(check.succeeded_at),
            newest: check.newest,
            problem: check.problem,
          },
  };
}

const words: Readonly<Record<YtdlpVersionRow["state"], string>> = {
  current: "current",
  candidate: "tried on a fifth of the attempts",
  previous: "the way back",
  kept: "kept",
  set_aside: "set aside",
};

/** For a person at a terminal. */
export function printVersions({ versions, check }: VersionsReport): string {
  const lines = versions.map((one) => {
    const marks = [
      words[one.state],
      ...(one.pinned ? ["pinned"] : []),
      ...(one.origin === "installed" ? ["installed"] : []),
    ];
    const runs = one.worked + one.broken === 0 ? "" : `, ${one.worked} worked, ${one.broken} broken`;
    const why = one.reason === null ? "" : `: ${one.reason}`;
    return `${one.used ? "*" : " "} ${one.version.padEnd(18)}${marks.join(", ")} since ${one.since.slice(0, 10)}${runs}${why}\n`;
  });
  const none = versions.length === 0 ? ["No version was fetched yet: the yt-dlp on the PATH is used.\n"] : [];
  return [...lines, ...none, checkLine(check)].join("");
}

function checkLine(check: VersionsReport["check"]): string {
  if (check === null) return "No newer one was looked for yet.\n";
  const at = check.at.slice(0, 16).replace("T", " ");
  if (check.problem === "") return `Looked for a newer one at ${at} UTC: the newest is ${check.newest}.\n`;
  const last = check.succeededAt === null ? "never" : check.succeededAt.slice(0, 10);
  return `Looked for a newer one at ${at} UTC, which failed: ${check.problem}. It last succeeded: ${last}.\n`;
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}

/** Says a step while a version is fetched. */
export function stepLine(step: FetchStep): string {
  if (step.step === "program") {
    const of = step.of === undefined ? "" : ` of ${megabytes(step.of)}`;
    return `${step.version}: ${megabytes(step.bytes)}${of} MB`;
  }
  return `${step.version}: ${stepWords[step.step]}`;
}

const stepWords = {
  signature: "verifying the signature of its sums",
  unpack: "unpacking and compiling",
  "self-test": "trying it without the internet",
} as const;

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

/** Says what an update did. */
export function updateSentence(update: UpdateResult): string {
  const refused = update.refused.map(
    ({ version, reason }) => `${version}, which a stage names, is set aside: ${reason}. Name another one in the stage.`,
  );
  return [...refused, resultSentence(update)].join("\n");
}

function resultSentence({ result, version, pinned }: UpdateResult): string {
  switch (result) {
    case "busy":
      return "Another program is fetching a yt-dlp here. Try again in a minute.";
    case "nothing_newer":
      return `Nothing newer is there: the release server offers ${version}.`;
    case "waiting":
      return `${version} waits: another version is still being tried (dwld ytdlp list). --now ends that trial.`;
    case "set_aside":
      return `${version} is set aside (dwld ytdlp list says why). dwld ytdlp pin ${version} uses it all the same if it passes its self-test.`;
    case "candidate":
      if (pinned !== null) return `${version} is here, and tried as soon as ${pinned} is unpinned (dwld ytdlp unpin).`;
      return `${version} is here, and tried on a fifth of the attempts from now on; --now uses it at once.`;
    case "current":
      if (pinned !== null) return `${version} is used ${afterUnpin(pinned)}`;
      return `${version} is used from now on.`;
  }
}

/** Says what going back did. */
export function rollbackSentence({ from, to, pinned }: RollbackResult): string {
  const back = pinned === null ? `Back to ${to}.` : `Back to ${to} ${afterUnpin(pinned)}`;
  return `${back} ${from} is set aside, and is not fetched again by itself.`;
}

function afterUnpin(pinned: string): string {
  return `as soon as ${pinned} is unpinned: until dwld ytdlp unpin, that stays in use.`;
}
