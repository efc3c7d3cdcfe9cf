/** The pace of a run. A recording cannot go on where it was stopped. */
export type RunPace = "steady" | "slow" | "slow_recording";

export type Slots = {
  /** The number of downloads that run, and of the slow ones among them. */
  running: number;
  slow: number;
  /** At most so many run that are not slow. */
  parallel: number;
  /** The number of places beside slow runs. */
  spare: number;
};

/**
 * Decides whose download may begin: any site's, that of a site with nothing in work, such a one's after a slow run has made room
 * ("if_one_yields"), or nobody's.
 *
 * A slow run costs next to nothing, so it keeps its place and takes none from another site: whatever some sites do, the
 * link of a further one begins. A site that has something in work waits, or a single one would fill what is spare.
 */
export function freeSlot({ running, slow, parallel, spare }: Slots): "any" | "idle_site" | "if_one_yields" | "none" {
  if (running < parallel) return "any";
  if (spare === 0 || running - slow >= parallel) return "none";
  return running < parallel + spare ? "idle_site" : "if_one_yields";
}
