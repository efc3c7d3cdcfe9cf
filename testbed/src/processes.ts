import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { createClient, type Client } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { DownloadService } from "@dwld/rpc";
import { execa } from "execa";
import { dwldRoot } from "./dwld-root.ts";
import { dwldConfiguration, type DwldPorts, type Section } from "./dwld-configuration.ts";
import {
  killAll,
  ProgramError,
  startProgram,
  untilNoneLives,
  untilReady,
  type ForegroundProgram,
  type ProgramEnd,
} from "./foreground-program.ts";
import { freePorts, onFreePort } from "./free-port.ts";
import { linkProgramAnswers } from "./program-answers-folder.ts";
import { descendants, isMarked, type LivingProcess } from "./living-processes.ts";
import type { TestLocation } from "./postgres/test-database.ts";

const recordedWorker = join(import.meta.dirname, "../../apps/worker/src/scenarios/testing/recorded-worker.ts");

/** Variables that choose how runs of yt-dlp begin and how media are judged: see docs/architecture.md, Tests. */
const isRecorded = (process.env["YTDLP"] ?? process.env["MEDIA"]) !== undefined;

export type DwldApp = "up" | "api" | "worker" | "ftp-sender";

export interface DwldOptions {
  apps: readonly DwldApp[];
  /** Overrides of a configuration with free ports, all files in a temporary folder, and private hosts allowed. */
  configuration?: Section;
  /** Condition to wait for: 200 from /readyz (default), 200 from /healthz, or none. */
  until?: "ready" | "alive" | "started";
  environment?: Record<string, string | undefined>;
  /** The folder of another version of dwld. */
  checkout?: string;
  /** Stops everything when the test is over; a TestContext, or `{ after }` of node:test. */
  cleanup?: { after(release: () => Promise<void>): void };
}

/** The result of a command; its exit status is undefined after a signal or two minutes. */
export interface CommandEnd {
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
}

export interface DwldStop {
  /** The exit status that each running app must have; default 0. "any" skips the check. */
  exitStatus?: number | "any";
  /** Default: some seconds more than a graceful end may take. */
  deadlineMs?: number;
}

export interface Dwld extends AsyncDisposable {
  /** Over api.http. */
  readonly client: Client<typeof DownloadService>;
  /** "host:port" of api.listen and api.http. */
  readonly addresses: { readonly grpc: string; readonly http: string };
  /** /healthz and /readyz below these. */
  readonly health: { readonly api: string; readonly worker: string; readonly "ftp-sender": string };
  readonly configurationFile: string;
  /** The data folder. */
  readonly data: string;
  /** The task table, as a configuration has it, unless the configuration of this dwld names one. */
  readonly database: { readonly path: string } | TestLocation;
  /** The marker by which `livingProcesses` finds the apps and their descendants. */
  readonly marker: string;
  /** Returns the process id of an app, in its latest run. */
  processId(app: DwldApp): number;
  /** Returns the process id of an app of `dwld up`; undefined between two runs. */
  processIdBelowUp(app: Exclude<DwldApp, "up">): number | undefined;
  /** Returns all output of an app, in all of its runs. */
  output(app: DwldApp): string;
  signal(app: DwldApp, signal: NodeJS.Signals): void;
  /** Waits until an app has ended by itself. */
  waitForEnd(app: DwldApp, deadlineMs?: number): Promise<ProgramEnd>;
  /** Ends an app (default: SIGKILL), and waits for its process, not for its children. */
  kill(app: DwldApp, signal?: NodeJS.Signals): Promise<ProgramEnd>;
  /** Restarts an app, after a SIGTERM if it runs. */
  restart(app: DwldApp): Promise<void>;
  /** Runs a command of the client (`["add", link]`) against this server; never throws for its exit status. */
  command(args: readonly string[], input?: string): Promise<CommandEnd>;
  /**
   * Sends SIGTERM to all apps, waits, and removes the folder.
   *
   * @throws {ProgramError} if an app has another exit status, or a descendant lives on.
   */
  stop(options?: DwldStop): Promise<void>;
}

/** Starts apps of dwld as real processes, through bin/dwld. */
export async function startDwld(options: DwldOptions): Promise<Dwld> {
  const dwld = await onFreePort(() => startOnce(options));
  options.cleanup?.after(() => dwld.stop());
  return dwld;
}

async function startOnce(options: DwldOptions): Promise<Dwld> {
  const { apps, configuration, until = "ready", environment = {}, checkout = dwldRoot } = options;
  const commandPath = join(checkout, "bin/dwld");
  const folder = await mkdtemp(join(tmpdir(), "dwld-test-"));
  const configurationFile = join(folder, "dwld.yaml");
  const marker = randomUUID();
  const ports = await choosePorts();
  const table = await testTable(configuration);
  const settings = dwldConfiguration(folder, ports, { ...table.settings, ...configuration });
  const api = settings["api"] as { listen: string; http: string };
  const listening = settings["health"] as { api: string; worker: string; ftpSender: string };
  const health = {
    api: `http://${listening.api}`,
    worker: `http://${listening.worker}`,
    "ftp-sender": `http://${listening.ftpSender}`,
  };
  const runs = new Map<DwldApp, ForegroundProgram[]>();
  // JSON is YAML.
  await writeFile(configurationFile, JSON.stringify(settings, undefined, 2));
  linkProgramAnswers(String(settings["data"]));

  async function start(app: DwldApp): Promise<void> {
    const command =
      isRecorded && app === "worker" ? ([process.execPath, recordedWorker] as const) : ([commandPath, app] as const);
    const program = startProgram([...command, "--config", configurationFile], {
      marker,
      // The variables of the test runner are for its own processes.
      environment: {
        DWLD_DATA: undefined,
        NODE_OPTIONS: undefined,
        NODE_TEST_CONTEXT: undefined,
        YTDLP_SCENARIO: basename(process.argv[1] ?? ""),
        ...environment,
      },
    });
    runs.set(app, [...(runs.get(app) ?? []), program]);
    const urls = app === "up" ? Object.values(health) : [health[app]];
    if (until !== "started") {
      await untilReady(`dwld ${app}`, program, () => areThere(urls, until, marker));
    }
  }

  function latest(app: DwldApp): ForegroundProgram {
    const program = runs.get(app)?.at(-1);
    if (program === undefined) throw new Error(`dwld ${app} was not started.`);
    return program;
  }

  function output(app: DwldApp): string {
    return (runs.get(app) ?? []).map((program) => program.output()).join("");
  }

  async function end(app: DwldApp, { exitStatus = 0, deadlineMs = 25_000 }: DwldStop): Promise<void> {
    const program = latest(app);
    if (program.end !== undefined) return;
    program.kill("SIGTERM");
    const ended = await program.waitForEnd(deadlineMs);
    if (exitStatus === "any" || ended.exitStatus === exitStatus) return;
    const how = ended.signal ?? `exit status ${ended.exitStatus}`;
    throw new ProgramError(`dwld ${app} ended with ${how}, not ${exitStatus}:\n${output(app)}`);
  }

  let stopped: Promise<void> | undefined;
  async function stop(how: DwldStop = {}): Promise<void> {
    stopped ??= (async () => {
      try {
        const ends = await Promise.allSettled([...runs.keys()].map((app) => end(app, how)));
        const failures = ends.flatMap((one) => (one.status === "rejected" ? [one.reason as Error] : []));
        if (failures.length > 0) throw new AggregateError(failures, failures.map(({ message }) => message).join("\n"));
        await untilNoneLives(marker);
      } finally {
        killAll(marker);
        await rm(folder, { recursive: true, force: true });
        await table.drop();
      }
    })();
    return stopped;
  }

  try {
    await Promise.all(apps.map(start));
  } catch (error) {
    killAll(marker);
    await rm(folder, { recursive: true, force: true });
    await table.drop();
    throw error;
  }

  return {
    client: dwldClient(`http://${api.http}`),
    addresses: { grpc: api.listen, http: api.http },
    health,
    configurationFile,
    data: String(settings["data"]),
    database: table.location ?? { path: join(String(settings["data"]), "dwld.sqlite") },
    marker,
    processId: (app) => latest(app).pid,
    processIdBelowUp(app) {
      return appOf(descendants(latest("up").pid), app)?.pid;
    },
    output,
    signal: (app, signal) => latest(app).kill(signal),
    waitForEnd: (app, deadlineMs = 30_000) => latest(app).waitForEnd(deadlineMs),
    async kill(app, signal = "SIGKILL") {
      latest(app).kill(signal);
      return latest(app).waitForEnd(30_000);
    },
    async restart(app) {
      await end(app, {});
      await start(app);
    },
    async command(args, input = "") {
      const server = ["--server", `http://${api.http}`];
      const { exitCode, stdout, stderr } = await execa(commandPath, [...args, ...server], {
        reject: false,
        input,
        timeout: 120_000,
      });
      return { exitCode, stdout, stderr };
    },
    stop,
    [Symbol.asyncDispose]: () => stop(),
  };
}

/**
 * Makes the task table of a dwld whose configuration names none: a file in its data folder, or with
 * DWLD_TEST_ENGINE=postgres a database of the run's server.
 */
async function testTable(
  configuration: Section = {},
): Promise<{ settings: Section; location?: TestLocation; drop: () => Promise<void> }> {
  if (process.env["DWLD_TEST_ENGINE"] !== "postgres" || configuration["database"] !== undefined)
    return { settings: {}, drop: async () => undefined };
  const { createDatabase } = await import("./postgres/test-database.ts");
  const table = await createDatabase();
  return { settings: { database: table.location }, location: table.location, drop: () => table.drop() };
}

/** Returns the process of an app among others. */
export function appOf(processes: readonly LivingProcess[], app: DwldApp): LivingProcess | undefined {
  // The guard beside each app has the same words in its command line, after those of a shell.
  const command = new RegExp(`^\\S*node (--\\S+ )*\\S*/(src/main\\.ts|lib/dwld\\.js) ${app}( |$)`);
  return processes.find((process) => command.test(process.command));
}

/** @param url of api.http. */
export function dwldClient(url: string): Client<typeof DownloadService> {
  return createClient(DownloadService, createConnectTransport({ baseUrl: url, httpVersion: "1.1" }));
}

async function choosePorts(): Promise<DwldPorts> {
  const [grpc = 0, http = 0, healthApi = 0, healthWorker = 0, healthFtpSender = 0] = await freePorts(5);
  return { grpc, http, healthApi, healthWorker, healthFtpSender };
}

/** Returns whether each address is answered by an app of this test, not by another program on the same port. */
async function areThere(urls: readonly string[], until: "ready" | "alive", marker: string): Promise<boolean> {
  const answering: number[] = [];
  for (const url of urls) {
    const alive = await fetch(`${url}/healthz`);
    const { pid } = (await alive.json()) as { pid: number };
    if (!alive.ok) return false;
    answering.push(pid);
    if (until === "alive") continue;
    const ready = await fetch(`${url}/readyz`);
    const answer = await ready.text();
    if (!ready.ok) throw new Error(`${url}/readyz: ${answer}`);
  }
  return answering.every((pid) => isMarked(pid, marker));
}
