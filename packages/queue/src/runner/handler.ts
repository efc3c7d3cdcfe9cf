import type { DeliveryOutcome } from "./settle-delivery.ts";
import type { DownloadOutcome } from "./settle-download.ts";
import type { ClaimKind, Lease, OnClaim } from "../leases/claim-task.ts";
import type { RunPace } from "./slots.ts";

/**
 * The reason why a run has to end, and of its signal's abort. `failure`: the process ends by a defect of its own, and
 * its tasks count as those of one that was killed, so that a link which breaks its worker each time is found (poison
 * task).
 */
export type StopReason = "canceled" | "lost" | "shutdown" | "failure";
/** `yield`: a slow download makes room for one of a site with nothing in work, and waits for a while. */
export type DownloadStopReason = StopReason | "yield";

export type Work = {
  readonly lease: Lease;
  /** Aborted with a `StopReason`. It may be aborted from the start, if the process ends. */
  readonly signal: AbortSignal;
};

export type DownloadWork = Work & {
  /** Aborted when a person wants what was recorded so far, and no more: see `finishRecording`. */
  readonly finish: AbortSignal;
  /** Tells the runner the pace of the run: beside a slow one, a site with nothing in work may begin (`spare`). */
  readonly markPace: (pace: RunPace) => void;
};

type Kinds = {
  download: { work: DownloadWork; outcome: DownloadOutcome };
  delivery: { work: Work; outcome: DeliveryOutcome };
};

export type WorkOf<Kind extends ClaimKind> = Kinds[Kind]["work"];
export type OutcomeOf<Kind extends ClaimKind> = Kinds[Kind]["outcome"];

/**
 * Does the work of a claimed task. A handler never settles or releases a lease, nor asks who holds it: the runner does
 * so when `run` has ended.
 */
export type Handler<Kind extends ClaimKind> = {
  onClaim?: OnClaim;
  /**
   * Returns the outcome, which counts even if the signal was aborted meanwhile. Returns undefined, or throws, if it
   * stopped without one: its signal is aborted, or a guarded write changed nothing. A throw without an aborted signal
   * is a defect: an attempt that failed, bounded like any other.
   */
  run(work: WorkOf<Kind>): Promise<OutcomeOf<Kind> | undefined>;
  /** Called when the outcome of `run` is recorded and the lease has ended. Removes what only the run needed. */
  settled?(work: WorkOf<Kind>, outcome: OutcomeOf<Kind>): Promise<void>;
  /**
   * Called when nothing was settled. Removes what `run` made outside the table: all of it if the task was canceled, and
   * the lease is released only afterwards; if the lease is lost, only what the next owner cannot know of. An error is
   * reported, and a canceled task released all the same.
   *
   * @param outcome the outcome that could not be settled, or undefined if there was none.
   */
  discard(work: WorkOf<Kind>, why: "canceled" | "lost", outcome: OutcomeOf<Kind> | undefined): Promise<void>;
};
