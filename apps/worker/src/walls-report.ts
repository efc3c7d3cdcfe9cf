import type { Configuration } from "@dwld/daemon";
import { openWayOut, type WayOut } from "./egress/way-out.ts";
import { programEnvironment } from "./process/program-environment.ts";

/** A sentence about the walls, and what to do if they could be better. */
export type WallsReport = { readonly stands: boolean; readonly sentence: string; readonly remedy: string };

/** Returns what stands between programs that touch what a site sent and the networks of this machine. */
export function reportWalls(
  { allowPrivateHosts, wall }: Pick<Configuration["worker"], "allowPrivateHosts" | "wall">,
  unwalled: string | undefined,
): WallsReport {
  if (allowPrivateHosts) {
    const sentence = "links may lead into private networks (worker.allowPrivateHosts), so no network is walled off";
    return { stands: false, sentence, remedy: "" };
  }
  if (unwalled === undefined)
    return { stands: true, sentence: "yt-dlp and ffmpeg run in a network namespace of their own", remedy: "" };
  const sentence = `yt-dlp and ffmpeg are in no network namespace, and keep to the proxy by themselves: ${unwalled}`;
  const remedy = wall === "off" ? "" : 'Allow user namespaces: docs/operations.md, "What a link may reach".';
  return { stands: false, sentence, remedy };
}

/** Makes the walls as the worker does, as the user of this process, and reports which of them hold. */
export async function tryWalls({ worker }: Configuration, env: NodeJS.ProcessEnv): Promise<WallsReport> {
  if (worker.allowPrivateHosts || worker.wall === "off") return reportWalls(worker, "worker.wall is off");
  const wayOut: WayOut = await openWayOut({ wall: "auto", ownProxies: [], environment: programEnvironment(env) });
  await wayOut.close();
  return reportWalls(worker, wayOut.unwalled);
}
