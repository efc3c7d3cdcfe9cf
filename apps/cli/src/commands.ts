import type { Command } from "commander";
import type { RunInSession } from "./client/run-in-session.ts";
import type { RunOnMachine } from "./machine/run-on-machine.ts";
import type { RunProcess } from "./processes/process-command.ts";

/** How each kind of command is run. */
export type Runs = { inSession: RunInSession; onMachine: RunOnMachine; asProcess: RunProcess };

type Build = (runs: Runs) => Promise<Command>;
type File<Run> = Promise<{ build: (run: Run) => Command }>;

/** A client of the api. */
const client =
  (load: () => File<RunInSession>): Build =>
  async (runs) =>
    (await load()).build(runs.inSession);

/** A command that works on this machine and needs no api. */
const machine =
  (load: () => File<RunOnMachine>): Build =>
  async (runs) =>
    (await load()).build(runs.onMachine).helpGroup("On this machine:");

/** A process that runs until a signal. */
const process =
  (load: () => File<RunProcess>): Build =>
  async (runs) =>
    (await load()).build(runs.asProcess).helpGroup("Processes:");

/**
 * Every command by its name, in the order of the help. Its file declares it, and is loaded only if it is needed; a file
 * of `machine` or `processes` loads the code behind the command only when the command is run.
 */
export const commands: Readonly<Record<string, Build>> = {
  add: client(() => import("./client/commands/add.ts")),
  list: client(() => import("./client/commands/list.ts")),
  show: client(() => import("./client/commands/show.ts")),
  watch: client(() => import("./client/commands/watch.ts")),
  cancel: client(() => import("./client/commands/cancel.ts")),
  retry: client(() => import("./client/commands/retry.ts")),
  delete: client(() => import("./client/commands/delete.ts")),
  clean: client(() => import("./client/commands/clean.ts")),
  status: client(() => import("./client/commands/status.ts")),
  stats: client(() => import("./client/commands/stats.ts")),
  sites: client(() => import("./client/commands/sites.ts")),
  site: client(() => import("./client/commands/site.ts")),
  hosts: client(() => import("./client/commands/hosts.ts")),
  host: client(() => import("./client/commands/host.ts")),
  notify: client(() => import("./client/commands/notify.ts")),
  token: client(() => import("./client/commands/token.ts")),
  login: client(() => import("./client/commands/login.ts")),
  logout: client(() => import("./client/commands/logout.ts")),
  whoami: client(() => import("./client/commands/whoami.ts")),
  version: client(() => import("./client/commands/version.ts")),
  completion: client(() => import("./client/commands/completion.ts")),
  complete: client(() => import("./client/commands/complete.ts")),
  man: client(() => import("./client/commands/man.ts")),
  explain: machine(() => import("./machine/explain.ts")),
  ytdlp: machine(() => import("./machine/ytdlp.ts")),
  doctor: machine(() => import("./machine/doctor.ts")),
  config: machine(() => import("./machine/config.ts")),
  reload: machine(() => import("./machine/reload.ts")),
  tls: machine(() => import("./machine/tls.ts")),
  logs: machine(() => import("./machine/logs.ts")),
  backup: machine(() => import("./machine/backup.ts")),
  restore: machine(() => import("./machine/restore.ts")),
  database: machine(() => import("./machine/database.ts")),
  upgrade: machine(() => import("./machine/upgrade.ts")),
  "import-legacy": machine(() => import("./machine/import-legacy.ts")),
  up: process(() => import("./processes/up.ts")),
  api: process(() => import("./processes/api.ts")),
  worker: process(() => import("./processes/worker.ts")),
  "ftp-sender": process(() => import("./processes/ftp-sender.ts")),
};

/** Commands that read the tree of all commands. */
export const treeReaders: readonly string[] = ["help", "complete", "man"];
