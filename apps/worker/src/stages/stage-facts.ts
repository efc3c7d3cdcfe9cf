import { type NetworkInterfaceInfo, networkInterfaces } from "node:os";
import type { WorkerContext } from "../worker-context.ts";
import { type Capabilities, YtdlpUnavailableError } from "../ytdlp/capabilities.ts";
import { findProgram } from "../process/program-file.ts";
import type { StageFacts } from "./available-stages.ts";

/** Looks at what the stages of the configuration need. Costs a few looks into folders; yt-dlp is asked once. */
export async function gatherStageFacts({
  configuration,
  capabilities,
  cookies,
  environment,
}: Pick<WorkerContext, "configuration" | "capabilities" | "environment"> & {
  cookies: Pick<WorkerContext["cookies"], "usable">;
}): Promise<StageFacts> {
  const stages = Object.values(configuration.stages);
  const ytdlps = new Map<string | undefined, Capabilities | string>();
  for (const name of new Set(stages.map(({ ytdlp }) => ytdlp))) ytdlps.set(name, await ask(capabilities, name));
  const pools = await Promise.all(
    [...new Set(stages.flatMap((stage) => stage.cookies ?? []))].map(
      async (path) => [path, await cookies.usable(path)] as const,
    ),
  );
  const programs = await Promise.all(
    [...new Set(stages.flatMap(({ downloader }) => downloader ?? []))].map(async (program) =>
      (await findProgram(program, environment["PATH"])) === undefined ? [] : [program],
    ),
  );
  return {
    missingCookies: new Map(pools.flatMap(([path, found]) => (typeof found === "string" ? [[path, found]] : []))),
    cookieFiles: new Map(pools.flatMap(([path, found]) => (typeof found === "string" ? [] : [[path, found]]))),
    ytdlp: (name) => ytdlps.get(name) ?? `There is no yt-dlp "${name ?? ""}" in worker.ytdlp.commands.`,
    programs: new Set(programs.flat()),
    hasIpv6: Object.values(networkInterfaces()).some((addresses = []) => addresses.some(reachesOthers)),
  };
}

async function ask(
  capabilities: WorkerContext["capabilities"],
  name: string | undefined,
): Promise<Capabilities | string> {
  try {
    return await capabilities(name);
  } catch (error) {
    if (error instanceof YtdlpUnavailableError) return error.message;
    throw error;
  }
}

/** Addresses of one link (fe80::/10) lead no further. */
function reachesOthers({ family, internal, address }: NetworkInterfaceInfo): boolean {
  return family === "IPv6" && !internal && !/^fe[89ab]/i.test(address);
}
