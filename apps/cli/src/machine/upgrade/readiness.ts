/** A unit that runs, and the checks of its /readyz that fail; undefined: it did not answer. */
export type RunningUnit = { readonly name: string; readonly failing?: readonly string[] };

/** What systemd and a process tell of a unit at one moment. */
export type SeenUnit = {
  readonly name: string;
  readonly activeState: string;
  /** Whether systemd has a job for it that waits or runs: right after the order to start, a unit is inactive still. */
  readonly hasJob: boolean;
  readonly pid: number;
  /** Restarts by systemd, since the unit was started by hand. */
  readonly restarts: number;
  /** "exit-code", "signal", "timeout", "watchdog" … */
  readonly result: string;
  /** The failing checks of /readyz, each with its reason; undefined: no answer. */
  readonly failing?: Readonly<Record<string, string>>;
};

export type Judgement =
  | { readonly is: "ready" }
  | { readonly is: "coming"; readonly waitsFor: string }
  | { readonly is: "broken"; readonly because: string };

/**
 * Judges whether a unit that was started anew works at least as well as before: whatever failed then may fail now, since a
 * server that is away is no fault of a version.
 */
export function judge(seen: SeenUnit, before: RunningUnit): Judgement {
  if (seen.restarts > 0) return { is: "broken", because: "ended, and systemd has started it again" };
  switch (seen.activeState) {
    case "failed":
    case "inactive":
      if (seen.hasJob) return { is: "coming", waitsFor: "it is about to start" };
      return { is: "broken", because: `ended (${seen.result})` };
    case "active":
      return judgeAnswer(seen, before);
    default:
      return { is: "coming", waitsFor: reasonsOf(seen) || "it starts" };
  }
}

function judgeAnswer(seen: SeenUnit, before: RunningUnit): Judgement {
  // The unit did not answer before, so that nothing more can be asked of it.
  if (before.failing === undefined) return { is: "ready" };
  if (seen.failing === undefined) return { is: "coming", waitsFor: "its health address does not answer" };
  const isNew = Object.keys(seen.failing).some((check) => !before.failing?.includes(check));
  return isNew ? { is: "coming", waitsFor: reasonsOf(seen) } : { is: "ready" };
}

function reasonsOf({ failing = {} }: SeenUnit): string {
  return Object.entries(failing)
    .map((each) => each.join(": "))
    .join("; ");
}
