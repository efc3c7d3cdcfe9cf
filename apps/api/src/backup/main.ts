import { configurationArguments, configurationOptions, loadConfiguration, runMachineCommand } from "@dwld/daemon";
import { backUpDatabase } from "@dwld/queue";
import { backupFacts, backupText } from "./report.ts";

const usage = `Usage: dwld backup [options] FILE

Copies the task table into FILE while everything runs: as it was at one moment, in one file, looked at and found intact.
Nothing is overwritten. It holds the tasks and what became of them, and no videos.

  --json          the same as one line of JSON
  --config FILE   the configuration; else $DWLD_CONFIG, else /etc/dwld/dwld.yaml, else defaults
  --data DIR      stands in for its "data"
  -h, --help      this text

Exit status: 0: done; 1: it failed, and nothing was changed; 2: written wrong; 78: the configuration is wrong.
`;

await runMachineCommand(
  {
    name: "backup",
    usage,
    options: { json: { type: "boolean" }, ...configurationOptions },
    words: { min: 1, max: 1 },
    stoppable: true,
  },
  async ({ values, words: [file = ""], env, print, printJson, complain, signal }) => {
    const { path } = loadConfiguration(configurationArguments(values), env).database;
    const onProgress = (done: number) => {
      if (process.stderr.isTTY) process.stderr.write(`\r${Math.floor(done * 100)} %\r`);
    };
    try {
      const backup = await backUpDatabase(path, file, { signal, onProgress });
      if (values.json === true) printJson(backupFacts(path, backup));
      else print(backupText(path, backup));
      return 0;
    } catch (error) {
      if (error !== signal.reason) throw error;
      complain("stopped by a signal: nothing was changed");
      return 1;
    }
  },
);
