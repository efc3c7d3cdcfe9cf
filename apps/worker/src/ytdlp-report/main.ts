import { loadConfiguration, runMachineCommand } from "@dwld/daemon";
import { programEnvironment } from "../process/program-environment.ts";
import { printReport } from "./report.ts";
import { ytdlpReport } from "./ytdlp-report.ts";

const usage = `Usage: dwld ytdlp [--json] [--config FILE]

Shows each yt-dlp of worker.ytdlp: its version and age, what it can do, what it lacks, and what to do about that; and the
stages that are left out until they have what they need.

  --json          the same as JSON, alone on stdout
  --config FILE   the configuration; else $DWLD_CONFIG, else /etc/dwld/dwld.yaml, else defaults

Exit status: 0: the first of them works; 1: it does not; 2: written wrong; 78: the configuration is wrong.
`;

await runMachineCommand(
  { name: "ytdlp", usage, options: { json: { type: "boolean" }, config: { type: "string" } } },
  async ({ values: { json = false, config }, env, print, printJson }) => {
    const configuration = loadConfiguration(config === undefined ? [] : ["--config", config], env);
    const report = await ytdlpReport(configuration, programEnvironment(env));
    if (json) printJson(report);
    else print(printReport(report));
    return report.commands[0]?.works === true ? 0 : 1;
  },
);
