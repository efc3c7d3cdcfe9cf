import type { z } from "zod";
import type { DeepReadonly } from "./frozen.ts";
import type { stage } from "./stage-schema.ts";

/** What one stage asks of yt-dlp: paths are absolute, what is absent is left as yt-dlp has it. */
export type StageSettings = DeepReadonly<z.output<typeof stage>> & {
  /** Of a built-in stage that is of no use before the configuration names a stage of its name, with a proxy. */
  readonly needs?: "proxy";
};

/** A stage of which nothing is asked. */
export const emptyStage: StageSettings = { extractorArgs: [], arguments: [] };
