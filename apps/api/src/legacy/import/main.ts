import { configurationArguments, configurationOptions, loadConfiguration, runMachineCommand } from "@dwld/daemon";
import { importLegacy } from "./import-legacy.ts";
import { jsonReport, textReport } from "./report.ts";

const usage = `Usage: dwld import-legacy [options] FILE

Takes over what the first dwld's database (links.db) knows: links that it has finished become history, the others are
queued, in their order. The file is never written to. It may be repeated: no row is taken twice, also when its task is
forgotten meanwhile. Needs no server, and may run beside it. Stop the first dwld before, or both download the same.

  --dry-run       takes nothing, and says what it would take
  --json          a line of JSON for each row, and one for the whole, instead of text
  --config FILE   the configuration; else $DWLD_CONFIG, else /etc/dwld/dwld.yaml, else defaults
  --data DIR      stands in for its "data"
  -h, --help      this text

Exit status: 0: every row is taken over; 1: some are not, or the file cannot be read; 2: written wrong;
78: the configuration is wrong.
`;

await runMachineCommand(
  {
    name: "import-legacy",
    usage,
    options: { json: { type: "boolean" }, "dry-run": { type: "boolean" }, ...configurationOptions },
    words: { min: 1, max: 1 },
    stoppable: true,
  },
  async ({ values, words: [file = ""], env, print, printJson, complain, signal }) => {
    const configuration = loadConfiguration(configurationArguments(values), env);
    const request = { file, dryRun: values["dry-run"] ?? false };
    const report = values.json === true ? jsonReport(printJson) : textReport(print);
    // The batch in work is the last.
    const complete = await importLegacy(request, configuration, report, signal);
    if (signal.aborted) complain("stopped by a signal; what was taken is kept: repeat, and the rest is taken");
    return complete ? 0 : 1;
  },
);
