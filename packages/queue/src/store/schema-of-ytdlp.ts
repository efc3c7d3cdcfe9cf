/** The tables of the versions of yt-dlp that dwld fetches, tries and uses. */

export type YtdlpState =
  /** The version is used for what names no other. */
  | "current"
  /** The version is tried on a share of the attempts. */
  | "candidate"
  /** The version was current before: the way back. */
  | "previous"
  /** The version lies here since a stage names it or it was pinned, or it is the one that was installed with dwld. */
  | "kept"
  /** The version failed a test or did worse than another. It is not fetched again by itself. */
  | "set_aside";

/** Why a version was set aside. */
export type YtdlpCause =
  /** It failed its self-test. */
  | "self_test"
  /** It failed on links that the version before then took. */
  | "worse"
  /** It passed its self-test, and then did not run on this machine. */
  | "unusable"
  /** A person went back to the version before. */
  | "by_hand";

/** A version of yt-dlp on a host. */
export type YtdlpVersionRow = {
  host: string;
  /** "2026.10.26", of a night "2026.10.26.232721". */
  version: string;
  /** "installed": it came with dwld, or is on the PATH. Otherwise the channel from which it was fetched: "stable", "nightly". */
  origin: string;
  state: YtdlpState;
  /** 1: it is used in place of the current one until it is unpinned, and none is tried. At most one of a host. */
  pinned: number;
  /** When it entered its state. */
  since: number;
  /** Why it was set aside; empty: it was not. */
  cause: YtdlpCause | "";
  /** The same for a person: JSON of `Texts`, in the words of the version that wrote it, by which nothing is decided. */
  reason: string;
};

/** The last look of a host for a newer version. */
export type YtdlpCheckRow = {
  host: string;
  checked_at: number;
  /** When a look last succeeded; null: never. */
  succeeded_at: number | null;
  /** The newest version that the release server offered; empty: none was seen. */
  newest: string;
  /** Why the last look failed; empty: it did not. */
  problem: string;
};

export type YtdlpResultKind =
  /** A download, or a list, was made. */
  | "worked"
  /** The version failed in a way that may be the fault of yt-dlp. */
  | "broken"
  /** The same, and the older version then worked on the same link at once. */
  | "worse"
  /** The version worked on a link at once after the older one was broken on it. */
  | "better";

/** The results of a version on a site, of all hosts. */
export type YtdlpResultRow = { version: string; site: string; kind: YtdlpResultKind; runs: number; last_at: number };
