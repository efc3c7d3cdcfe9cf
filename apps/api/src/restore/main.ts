import {
  configurationArguments,
  configurationOptions,
  loadConfiguration,
  runMachineCommand,
  UsageError,
} from "@dwld/daemon";
import { restoreDatabase } from "@dwld/queue";
import { restoreFacts, restoreText } from "../backup/report.ts";

const usage = `Usage: dwld restore [options] FILE
       dwld restore [options] --empty

Puts a backup in the place of the task table, or an empty one. What is there is kept aside under a name with the time,
and never overwritten. Stop all of dwld before, and start it afterwards.

  --empty         no backup: begin anew
  --json          the same as one line of JSON
  --config FILE   the configuration; else $DWLD_CONFIG, else /etc/dwld/dwld.yaml, else defaults
  --data DIR      stands in for its "data"
  -h, --help      this text

Exit status: 0: done; 1: it failed, and nothing was changed; 2: written wrong; 78: the configuration is wrong.
`;

await runMachineCommand(
  {
    name: "restore",
    usage,
    options: { json: { type: "boolean" }, empty: { type: "boolean" }, ...configurationOptions },
    words: { min: 0, max: 1 },
  },
  async ({ values, words: [file], env, print, printJson }) => {
    const { json = false, empty = false } = values;
    if (empty === (file !== undefined))
      throw new UsageError("name one file, or say --empty, and not both; see dwld restore --help");
    const { path } = loadConfiguration(configurationArguments(values), env).database;
    const restored = await restoreDatabase(path, file, new Date());
    if (json) printJson(restoreFacts(file, restored));
    else print(restoreText(file, restored));
    return 0;
  },
);
