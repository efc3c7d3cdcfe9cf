import { type NetworkInterfaceInfo, networkInterfaces } from "node:os";
import type { Configuration } from "@dwld/daemon";
import type { CookieStore } from "../cookies/cookie-store.ts";
import { findProgram } from "../process/program-file.ts";
import { type Capabilities, YtdlpUnavailableError } from "../ytdlp/capabilities.ts";
import type { ChooseYtdlp } from "../ytdlp/ytdlp-commands.ts";
import type { StageFacts } from "./available-stages.ts";

export type StageEnvironment = {
  configuration: Pick<Configuration, "stages">;
  capabilities: ChooseYtdlp;
  cookies: Pick<CookieStore, "usable">;
  /** The environment of the programs that the worker starts. */
  environment: Readonly<Record<string, string>>;
};

/** Gathers what the configured stages need. Costs a few looks into folders; yt-dlp is asked once. */
export async function gatherStageFacts(parts: StageEnvironment): Promise<StageFacts> {
  const { configuration, capabilities, cookies, environment } = parts;
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
    ytdlp: (name) => ytdlps.get(name) ?? `There is no yt-dlp "${name ?? ""}" here.`,
    programs: new Set(programs.flat()),
    hasIpv6: Object.values(networkInterfaces()).some((addresses = []) => addresses.some(reachesOthers)),
  };
}

async function ask(capabilities: ChooseYtdlp, name: string | undefined): Promise<Capabilities | string> {
  try {
    return await capabilities(name);
  } catch (error) {
    if (error instanceof YtdlpUnavailableError) return error.message;
    throw error;
  }
}

/** Link-local addresses (fe80::/10) lead no further than the link. */
function reachesOthers({ family, internal, address }: NetworkInterfaceInfo): boolean {
  return family === "IPv6" && !internal && !/^fe[89ab]/i.test(address);
}
