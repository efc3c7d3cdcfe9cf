import { join } from "node:path";
import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import { execa } from "execa";
import { layout } from "@dwld/layout";
import { identifyProcess, isRunning, type ProcessIdentity } from "@dwld/queue";
import { killProcessGroup } from "../../process/process-group.ts";
import { signalName } from "../../process/signal-name.ts";
import type { Grant } from "../../process/sandbox.ts";
import type { ProcessExit, ProgramRequest, SpawnedProgram } from "../../process/spawn.ts";
import { noWalls, type Walls } from "../../process/walls.ts";
import type { PythonProgram } from "./python-program.ts";

/** The first message of fork_server.py. */
type LoadedYtdlp = {
  version: string;
  /** Names of what its runs need not work out again (memories.py). */
  memories: string[];
  /** The memories that do not fit this yt-dlp or this Python, with the reasons. */
  leftOut: Record<string, string>;
};

/** A message of fork_server.py. */
type Message =
  | LoadedYtdlp
  | { run: number; pid: number }
  | { run: number; stdout: string }
  | { run: number; stderr: string }
  | { run: number; status: number }
  | { run: number; error: string };

/** One run of the program. `arguments` come after its name. */
export type RunRequest = Omit<ProgramRequest, "argv"> & {
  arguments: readonly string[];
  /** The paths that it may read and write if there are sandboxes; default none of its own. */
  grant?: Grant;
};

/** State of a run: first requested, then a process. */
type Run = {
  readonly forked: PromiseWithResolvers<void>;
  readonly exit: PromiseWithResolvers<ProcessExit>;
  readonly stdout: PassThrough;
  readonly stderr: PassThrough;
  leader?: ProcessIdentity | undefined;
  /** Number of checks in a row at which the server owed a message. */
  overdueChecks: number;
};

/** A server that owes a message at more checks in a row hangs. Checks count, not time: this process may have stood still. */
const checkIntervalMs = 2000;
const maxOverdueChecks = 5;

const noGrant: Grant = { read: [], write: [] };

const script = join(layout.forkServer, "fork_server.py");

/** A loaded yt-dlp that forks itself for each run. */
export class ForkServer {
  /** Resolves when yt-dlp is loaded. */
  readonly loaded: Promise<LoadedYtdlp>;
  readonly #process: ReturnType<typeof spawnServer>;
  readonly #walls: Walls;
  readonly #runs = new Map<number, Run>();
  #count = 0;
  #hasEnded = false;
  #isRetired = false;
  readonly #startedMs = performance.now();
  readonly #checking: NodeJS.Timeout;

  constructor(program: PythonProgram, env: Readonly<Record<string, string>>, walls: Walls = noWalls) {
    const loaded = Promise.withResolvers<LoadedYtdlp>();
    this.loaded = loaded.promise;
    // Callers may ask for it later, or never.
    this.loaded.catch(() => undefined);
    this.#walls = walls;
    this.#process = spawnServer(program, env, walls);
    // Killed if its messages cannot be read: none may be missed.
    const listening = this.#listen(loaded.resolve).catch(() => this.#process.kill("SIGKILL"));
    this.#process.stdin.on("error", () => this.#process.stdin.destroy());
    this.#checking = setInterval(() => {
      this.#checkRuns();
    }, checkIntervalMs).unref();
    void Promise.allSettled([this.#process, listening]).then(([ended]) => {
      this.#hasEnded = true;
      clearInterval(this.#checking);
      const said = ended.status === "fulfilled" ? ended.value.stderr : "";
      const reason = new Error(`the yt-dlp that was kept loaded has ended: ${said.trim().split("\n").at(-1) ?? ""}`);
      loaded.reject(reason);
      for (const run of this.#runs.values()) void loseRun(run, reason);
      this.#runs.clear();
    });
  }

  get ageMs(): number {
    return performance.now() - this.#startedMs;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  get isBusy(): boolean {
    return this.#runs.size > 0;
  }

  /** Ends the server when its runs have ended. */
  async retire(): Promise<void> {
    this.#isRetired = true;
    this.#endIfDone();
    await this.#process;
  }

  /** @throws Error if the server has ended or cannot fork. */
  async start({ arguments: words, cwd, env, memoryBytes, grant }: RunRequest): Promise<SpawnedProgram> {
    if (this.#hasEnded) throw new Error("the yt-dlp that was kept loaded has ended");
    const run: Run = {
      forked: Promise.withResolvers(),
      exit: Promise.withResolvers(),
      stdout: new PassThrough(),
      stderr: new PassThrough(),
      overdueChecks: 0,
    };
    // Nobody waits for it if no process was forked.
    run.exit.promise.catch(() => undefined);
    const number = (this.#count += 1);
    this.#runs.set(number, run);
    const sandbox = this.#walls.wordsFor(grant ?? noGrant);
    this.#send({ run: number, arguments: words, cwd, env, memoryBytes, sandbox });
    await run.forked.promise;
    return {
      leader: run.leader,
      begin: () => {
        this.#send({ run: number });
      },
      stdout: run.stdout,
      stderr: run.stderr,
      exit: run.exit.promise,
    };
  }

  /** Kills the server and its runs. */
  async close(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#process;
  }

  #send(message: object): void {
    if (this.#process.stdin.writable) this.#process.stdin.write(`${JSON.stringify(message)}\n`);
  }

  /** Kills a server that hangs: it owes a process for each request, and the end of each process that has ended. */
  #checkRuns(): void {
    for (const run of this.#runs.values()) {
      const isOverdue = run.leader === undefined || !isRunning(run.leader);
      run.overdueChecks = isOverdue ? run.overdueChecks + 1 : 0;
      if (run.overdueChecks > maxOverdueChecks) this.#process.kill("SIGKILL");
    }
  }

  #endIfDone(): void {
    if (this.#isRetired && !this.isBusy) this.#process.stdin.end();
  }

  async #listen(onLoaded: (loaded: LoadedYtdlp) => void): Promise<void> {
    for await (const line of createInterface({ input: this.#process.stdout })) {
      const message = JSON.parse(line) as Message;
      if ("version" in message) onLoaded(message);
      else this.#receive(message);
    }
  }

  #receive(message: Exclude<Message, LoadedYtdlp>): void {
    const run = this.#runs.get(message.run);
    if (run === undefined) return;
    if ("pid" in message) {
      run.leader = identifyProcess(message.pid);
      run.forked.resolve();
    } else if ("stdout" in message) run.stdout.write(message.stdout);
    else if ("stderr" in message) run.stderr.write(message.stderr);
    else {
      this.#runs.delete(message.run);
      if ("error" in message) run.forked.reject(new Error(`yt-dlp could not be forked: ${message.error}`));
      else endRun(run, exitOf(message.status));
      this.#endIfDone();
    }
  }
}

function spawnServer({ interpreter, file }: PythonProgram, env: Readonly<Record<string, string>>, { enter }: Walls) {
  const [program, ...words] = enter([...interpreter, script, file, layout.sandbox]);
  return execa(program, words, {
    cwd: "/",
    // Without a HOME, Python would look for modules in this user's. Each run gets a HOME of its own.
    env: { ...env, HOME: "/nonexistent", LANG: "C.UTF-8", PYTHONUNBUFFERED: "1" },
    extendEnv: false,
    // Signals from the terminal go to this process alone, which ends the server.
    detached: true,
    stdin: "pipe",
    stdout: "pipe",
    stderr: "pipe",
    buffer: { stdout: false, stderr: true },
    reject: false,
    cleanup: false,
  });
}

function exitOf(status: number): ProcessExit {
  return status < 0 ? { exitCode: undefined, signal: signalName(-status) } : { exitCode: status, signal: undefined };
}

function endRun(run: Run, exit: ProcessExit): void {
  run.stdout.end();
  run.stderr.end();
  run.exit.resolve(exit);
}

/** Ends a run whose server died. Waits until the guard has killed it: nobody may write in its place before. */
async function loseRun(run: Run, reason: Error): Promise<void> {
  run.forked.reject(reason);
  try {
    if (run.leader !== undefined) await killProcessGroup(run.leader);
    endRun(run, { exitCode: undefined, signal: "SIGKILL" });
  } catch (error) {
    run.exit.reject(error);
  }
}
