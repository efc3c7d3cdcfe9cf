import { type Configuration, ConfigurationError, fileOfConfiguration, loadConfiguration } from "@dwld/daemon";
import { soundConfiguration } from "../sound-configuration.ts";
import type { ConfigurationOptions } from "../../command-line/configuration-options.ts";
import { type Check, type DoctorContext, runChecks } from "./check.ts";
import { checkDatabase } from "./checks/database.ts";
import { checkBots, checkFtp, checkMemcached, checkNotify, checkProcesses } from "./checks/neighbours.ts";
import { checkClock, checkProgram, checkSensors, checkUnits } from "./checks/programs.ts";
import { checkDisk, checkPermissions } from "./checks/storage.ts";
import { checkTls } from "./checks/tls.ts";
import { checkWalls } from "./checks/walls.ts";
import { checkYtdlp } from "./checks/ytdlp.ts";
import { examineFtp } from "./ftp/examine-ftp.ts";
import type { Finding } from "./finding.ts";

const checks: readonly Check<DoctorContext>[] = [
  { subject: "database", look: checkDatabase },
  { subject: "disk", look: checkDisk },
  { subject: "permissions", look: checkPermissions },
  { subject: "tls", look: checkTls },
  { subject: "memcached", look: checkMemcached },
  { subject: "yt-dlp", look: checkYtdlp },
  { subject: "walls", look: checkWalls },
  { subject: "ffmpeg", look: checkProgram("ffmpeg") },
  { subject: "ffprobe", look: checkProgram("ffprobe") },
  { subject: "ftp", look: checkFtp },
  { subject: "bots", look: checkBots },
  { subject: "notify", look: checkNotify },
  { subject: "clock", look: checkClock },
  { subject: "sensors", look: checkSensors },
  { subject: "units", look: checkUnits },
  { subject: "processes", look: checkProcesses },
];

/** One subject of its own command: `dwld doctor ftp`, `dwld doctor ytdlp`. */
export type Subject = "ftp" | "yt-dlp";

/**
 * Looks at everything that dwld needs, or at one subject alone. The mistakes of a configuration are findings if
 * everything is looked at, else a ConfigurationError.
 */
export async function examineMachine(
  named: Pick<ConfigurationOptions, "config">,
  env: NodeJS.ProcessEnv,
  subject: Subject | undefined,
): Promise<Finding[]> {
  const contextOf = (configuration: Configuration) => ({ file: named.config, configuration, env, now: Date.now });
  if (subject === "ftp") return examineFtp(loadConfiguration(named, env));
  if (subject !== undefined)
    return runChecks(
      checks.filter((check) => check.subject === subject),
      contextOf(loadConfiguration(named, env)),
    );
  try {
    const configuration = loadConfiguration(named, env);
    const message = soundConfiguration(fileOfConfiguration(named, env));
    const valid: Finding = { subject: "configuration", level: "ok", message, remedy: "" };
    return [valid, ...(await runChecks(checks, contextOf(configuration)))];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.message
      .split("\n")
      .map((message) => ({ subject: "configuration", level: "failure", message, remedy: "" }));
  }
}
