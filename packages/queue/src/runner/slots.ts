/** The pace of a run. A recording cannot continue after it was stopped. */
export type RunPace = "steady" | "slow" | "slow_recording";

export type Slots = {
  /** The number of running downloads, and of the slow ones among them. */
  running: number;
  slow: number;
  /** The number of downloads that may run besides slow ones. */
  parallel: number;
  /** The number of slots beside slow runs. */
  spare: number;
};

/**
 * Decides whose download may begin: that of any site, that of a site with nothing in work, that of such a site after a
 * slow run has made room ("if_one_yields"), or none.
 *
 * A slow run costs next to nothing, so it keeps its slot and takes none from another site: whatever some sites do, the
 * link of a further one begins. A site that has something in work waits, since a single one would otherwise fill the
 * spare slots.
 */
export function freeSlot({ running, slow, parallel, spare }: Slots): "any" | "idle_site" | "if_one_yields" | "none" {
  if (running < parallel) return "any";
  if (spare === 0 || running - slow >= parallel) return "none";
  return running < parallel + spare ? "idle_site" : "if_one_yields";
}
