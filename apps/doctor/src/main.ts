import { ConfigurationError, type Finding, loadConfiguration, reportFindings, runMachineCommand } from "@dwld/daemon";
import { checkBots, checkFtp, checkMemcached, checkProcesses } from "./checks/neighbours.ts";
import { checkClock, checkSensors, checkUnits, checkYtdlp, programCheck } from "./checks/programs.ts";
import { checkDatabase, checkDisk, checkPermissions } from "./checks/storage.ts";
import { type Check, examine } from "./examination.ts";
import { failure, ok } from "./finding.ts";

const usage = `Usage: dwld doctor [ftp] [--json] [--config FILE]

Looks at everything that dwld needs on this machine and around it: a line each, with what to do where something is wrong.
It changes nothing, but for a small file that it writes to the FTP server and removes again.
With "ftp" it looks at the FTP server alone, step by step.

  --json          {"findings": [{"subject", "level": "ok" | "warning" | "failure", "message", "remedy"}]}
  --config FILE   the configuration; else $DWLD_CONFIG, else /etc/dwld/dwld.yaml, else defaults

Exit status: 0: dwld can work; 1: something is a failure; 2: written wrong.
`;

const checks: readonly Check[] = [
  { subject: "database", look: checkDatabase },
  { subject: "disk", look: checkDisk },
  { subject: "permissions", look: checkPermissions },
  { subject: "memcached", look: checkMemcached },
  { subject: "yt-dlp", look: checkYtdlp },
  programCheck("ffmpeg"),
  programCheck("ffprobe"),
  { subject: "ftp", look: checkFtp },
  { subject: "bots", look: checkBots },
  { subject: "clock", look: checkClock },
  { subject: "sensors", look: checkSensors },
  { subject: "units", look: checkUnits },
  { subject: "processes", look: checkProcesses },
];

await runMachineCommand(
  { name: "doctor", usage, options: { json: { type: "boolean" }, config: { type: "string" } } },
  async ({ values: { json = false, config }, env, print, printJson }) => {
    const configArguments = config === undefined ? [] : ["--config", config];
    const findings = await lookAt(configArguments, env);
    return reportFindings(findings, json, { print, printJson });
  },
);

/** Without a configuration there is nothing to look at. */
async function lookAt(configArguments: readonly string[], env: NodeJS.ProcessEnv): Promise<Finding[]> {
  try {
    const configuration = loadConfiguration(configArguments, env);
    const patient = { configuration, configArguments, env, now: Date.now };
    return [ok("configuration", "no mistakes"), ...(await examine(checks, patient))];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.message.split("\n").map((mistake) => failure("configuration", mistake, ""));
  }
}
