import type { Configuration } from "@dwld/daemon";
import type { WorkerWalls } from "@dwld/queue";
import { openWayOut } from "./egress/way-out.ts";
import { openSandboxes, type OpenedSandboxes } from "./process/open-sandboxes.ts";
import { programEnvironment } from "./process/program-environment.ts";

/** The walls, and what to do if they could be better. */
export type WallsReport = { readonly walls: WorkerWalls; readonly stands: boolean; readonly remedy: string };

/** The walls as they were tried. @property unwalled why there is no network namespace. */
type Tried = { readonly unwalled: string | undefined; readonly sandboxes: OpenedSandboxes };

type Settings = Pick<Configuration["worker"], "allowPrivateHosts" | "wall">;

/** Returns which walls stand. */
export function reportWalls(settings: Settings, { unwalled, sandboxes: { missing } }: Tried): WallsReport {
  const network = networkSentence(settings, unwalled);
  const files =
    missing === undefined
      ? "each run is in a sandbox, which has no files but its own task's"
      : `runs are in no sandbox, and read the files of this user: ${missing}`;
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

/** Opens the sandboxes for the ways out; undefined if the network is not restricted. */
export async function trySandboxes(
  { wall }: Settings,
  ports: readonly number[] | undefined,
  environment: Readonly<Record<string, string>>,
): Promise<OpenedSandboxes> {
  if (wall === "off") return { missing: "worker.wall is off" };
  return await openSandboxes({ environment, ports: ports ?? null });
}

/** Makes the walls as the worker does, as the user of this process, and reports which of them hold. */
export async function tryWalls({ worker }: Configuration, env: NodeJS.ProcessEnv): Promise<WallsReport> {
  const environment = programEnvironment(env);
  const wall = worker.wall === "required" ? "auto" : worker.wall;
  const wayOut = worker.allowPrivateHosts ? undefined : await openWayOut({ wall, ownProxies: [], environment });
  try {
    const sandboxes = await trySandboxes(worker, wayOut?.ports, environment);
    return reportWalls(worker, { unwalled: wayOut?.unwalled, sandboxes });
  } finally {
    await wayOut?.close();
  }
}
