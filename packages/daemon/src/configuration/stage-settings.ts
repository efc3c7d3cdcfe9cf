import type { z } from "zod";
import type { DeepReadonly } from "./frozen.ts";
import type { stage } from "./stage-schema.ts";

/** The settings of yt-dlp in one stage. Paths are absolute; an absent setting keeps yt-dlp's default. */
export type StageSettings = DeepReadonly<z.output<typeof stage>> & {
  /** Set for a built-in stage that is left out until the configuration has a stage of its name with a proxy. */
  readonly needs?: "proxy";
};

/** A stage that keeps all of yt-dlp's defaults. */
export const emptyStage: StageSettings = { extractorArgs: [], arguments: [] };
