import { tryWalls } from "@dwld/worker/walls-report";
import type { DoctorContext } from "../check.ts";
import { failure, type Found, ok, warning } from "../finding.ts";

/** Tries the walls around yt-dlp and ffmpeg, as the user of this command: that of the worker's unit may do less or more. */
export async function checkWalls({ configuration, env }: DoctorContext): Promise<Found> {
  const { walls, stands, remedy } = await tryWalls(configuration, env);
  if (stands || remedy === "") return ok(walls.text);
  return configuration.worker.wall === "required" ? failure(walls.text, remedy) : warning(walls.text, remedy);
}
