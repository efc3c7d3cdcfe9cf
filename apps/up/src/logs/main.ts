import {
  configurationArguments,
  configurationOptions,
  loadConfiguration,
  runMachineCommand,
  UsageError,
} from "@dwld/daemon";
import { describeLine } from "./describe-line.ts";
import { isWanted, newestTask } from "./log-filter.ts";
import { findLog } from "./log-source.ts";

const usage = `Usage: dwld logs [ID] [-f] [-n N] [--app APP] [--json] [--config FILE] [--data DIR]

Shows the log: the files that dwld up keeps below its data, or the journal of the installed units.

ID is a task's id or the beginning of it, or "last": of all lines those that are about that task.

  -f, --follow    go on with each line as it is written, until Ctrl-C
  -n, --lines N   the newest N lines; "all": every line. Default: 100, and all of a task
  --app APP       of api, worker, ftp-sender or up alone
  --json          the lines as they were written; also where stdout is no terminal
  --config FILE   the configuration; else $DWLD_CONFIG, else /etc/dwld/dwld.yaml, else defaults
  --data DIR      the folder that dwld up was started with

Exit status: 0: lines were found; 1: none; 2: written wrong; 78: the configuration is wrong.
`;

const apps = ["api", "worker", "ftp-sender", "up"];

await runMachineCommand(
  {
    name: "logs",
    usage,
    options: {
      follow: { type: "boolean", short: "f" },
      lines: { type: "string", short: "n" },
      app: { type: "string" },
      json: { type: "boolean" },
      ...configurationOptions,
    },
    words: { min: 0, max: 1 },
    stoppable: true,
  },
  async ({ values, words: [id], env, print, complain, signal }) => {
    const { follow = false, lines: written, app, json = !process.stdout.isTTY } = values;
    if (app !== undefined && !apps.includes(app)) throw new UsageError(`--app is one of ${apps.join(", ")}`);
    const most = readCount(written ?? (id === undefined ? "100" : "all"));
    const source = findLog(loadConfiguration(configurationArguments(values), env).data, env);
    const past = await source.past();
    const task = id === "last" ? newestTask(past) : id;
    const wanted = { ...(task !== undefined && { task }), ...(app !== undefined && { app }) };
    const show = (line: string): void => {
      if (isWanted(line, wanted)) print(`${json ? line : describeLine(line)}\n`);
    };
    const found = past.filter((line) => isWanted(line, wanted));
    for (const line of most === 0 ? [] : found.slice(-most)) show(line);
    if (follow) await source.follow(show, signal);
    if (found.length > 0 || follow) return 0;
    complain(`no line of the log is about ${id ?? app ?? "dwld"}`);
    return 1;
  },
);

function readCount(written: string): number {
  if (written === "all") return Number.POSITIVE_INFINITY;
  if (!/^\d{1,9}$/.test(written)) throw new UsageError(`--lines is a whole number or "all", not "${written}"`);
  return Number(written);
}
