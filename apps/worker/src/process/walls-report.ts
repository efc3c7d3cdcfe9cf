import type { Configuration } from "@dwld/daemon";
import type { WorkerWalls } from "@dwld/queue";
import { openWayOut, type WayOut } from "../egress/way-out.ts";
import { openSandboxes, type OpenedSandboxes } from "./open-sandboxes.ts";
import { programEnvironment } from "./program-environment.ts";
import { makeWalls, noWalls, type Walls } from "./walls.ts";

/** The walls, and what to do if they could be better. */
export type WallsReport = { readonly walls: WorkerWalls; readonly stands: boolean; readonly remedy: string };

/** The walls as they were tried. @property unwalled why there is no network namespace. */
type Tried = { readonly unwalled: string | undefined; readonly sandboxes: OpenedSandboxes };

type Settings = Pick<Configuration["worker"], "allowPrivateHosts" | "wall">;

/** Returns which walls stand. */
export function reportWalls(settings: Settings, { unwalled, sandboxes }: Tried): WallsReport {
  const network = networkSentence(settings, unwalled);
  const files = sandboxSentence(unwalled, sandboxes);
  const { missing } = sandboxes;
  const couldBeBetter = (unwalled !== undefined && !settings.allowPrivateHosts) || missing !== undefined;
  return {
    walls: {
      networkNamespace: unwalled === undefined && !settings.allowPrivateHosts,
      sandbox: missing === undefined,
      text: `${network}; ${files}`,
    },
    stands: unwalled === undefined && missing === undefined,
    remedy: couldBeBetter && settings.wall !== "off" ? 'See docs/operations.md, "What a link may reach".' : "",
  };
}

function networkSentence({ allowPrivateHosts }: Settings, unwalled: string | undefined): string {
  if (allowPrivateHosts) return "links may lead into private networks (worker.allowPrivateHosts)";
  if (unwalled === undefined) return "yt-dlp and ffmpeg run in a network namespace of their own";
  return `yt-dlp and ffmpeg are in no network namespace, and keep to the proxy by themselves: ${unwalled}`;
}

/** The version of Landlock that knows ports. */
const landlockOfPorts = 4;

function sandboxSentence(unwalled: string | undefined, { sandboxes, missing }: OpenedSandboxes): string {
  if (sandboxes === undefined) return `runs are in no sandbox, and read the files of this user: ${missing}`;
  const files = "each run is in a sandbox, which has no files but its own task's";
  const hasNetwork = sandboxes.ports === null || sandboxes.kernel.landlock < landlockOfPorts;
  return hasNetwork && unwalled !== undefined ? `${files}, and leaves TCP open` : files;
}

/** Opens the way out and the sandboxes by the configuration, and reports which walls stand. */
export async function openWalls(
  { worker, stages }: Pick<Configuration, "stages"> & { worker: Settings },
  environment: Readonly<Record<string, string>>,
): Promise<{ wayOut: WayOut | undefined; walls: Walls; report: WallsReport }> {
  const ownProxies = Object.values(stages).flatMap(({ proxy }) => (proxy === undefined || proxy === "" ? [] : [proxy]));
  const { wall } = worker;
  const wayOut = worker.allowPrivateHosts ? undefined : await openWayOut({ wall, ownProxies, environment });
  const unwalled = wayOut?.unwalled;
  // Without a namespace, a stage's own proxy is anywhere, and its name has to be resolved.
  const isAnywhere = unwalled !== undefined && ownProxies.length > 0;
  const ports = wayOut === undefined || isAnywhere ? null : wayOut.ports;
  const opened = wall === "off" ? { missing: "worker.wall is off" } : await openSandboxes({ environment, ports });
  const walls = makeWalls(wayOut ?? noWalls, opened.sandboxes);
  return { wayOut, walls, report: reportWalls(worker, { unwalled, sandboxes: opened }) };
}

/** Makes the walls as the worker does, as the user of this process, and reports which of them hold. */
export async function tryWalls({ worker, stages }: Configuration, env: NodeJS.ProcessEnv): Promise<WallsReport> {
  const { allowPrivateHosts } = worker;
  const wall = worker.wall === "required" ? "auto" : worker.wall;
  const { wayOut, report } = await openWalls({ stages, worker: { wall, allowPrivateHosts } }, programEnvironment(env));
  await wayOut?.close();
  return report;
}
