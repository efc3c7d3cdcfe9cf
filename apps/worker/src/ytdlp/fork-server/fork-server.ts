import { join } from "node:path";
import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import { execa } from "execa";
import { identifyProcess, isRunning, type ProcessIdentity } from "@dwld/queue";
import { killProcessGroup } from "../../process/process-group.ts";
import { signalName } from "../../process/signal-name.ts";
import type { ProcessExit, ProgramRequest, SpawnedProgram } from "../../process/spawn.ts";
import type { PythonProgram } from "./python-program.ts";

/** What fork_server.py tells. */
type Told =
  | { version: string }
  | { run: number; pid: number }
  | { run: number; stdout: string }
  | { run: number; stderr: string }
  | { run: number; status: number }
  | { run: number; error: string };

/** One run of the program, by what stands behind its name on its command line. */
export type RunRequest = Omit<ProgramRequest, "argv"> & { arguments: readonly string[] };

/** A run is asked for, and then a process. */
type Run = {
  readonly forked: PromiseWithResolvers<void>;
  readonly exit: PromiseWithResolvers<ProcessExit>;
  readonly stdout: PassThrough;
  readonly stderr: PassThrough;
  leader?: ProcessIdentity | undefined;
  /** How many looks in a row have found that the server owes an answer. */
  overdueLooks: number;
};

/** A server that has owed an answer for so long hangs. Looks are counted, since this process may have stood still. */
const lookMs = 2000;
const mostOverdueLooks = 5;

const script = join(import.meta.dirname, "fork_server.py");

/** A yt-dlp that is loaded, and forks itself for each run. */
export class ForkServer {
  /** Of the yt-dlp that is loaded. */
  readonly version: Promise<string>;
  readonly #process: ReturnType<typeof spawnServer>;
  readonly #runs = new Map<number, Run>();
  #count = 0;
  #hasEnded = false;
  #isRetired = false;
  readonly #bornMs = performance.now();
  readonly #looking: NodeJS.Timeout;

  constructor(program: PythonProgram, env: Readonly<Record<string, string>>) {
    const loaded = Promise.withResolvers<string>();
    this.version = loaded.promise;
    // It may be asked for later, or by nobody.
    this.version.catch(() => undefined);
    this.#process = spawnServer(program, env);
    // Of what it tells nothing may be missed.
    const told = this.#listen(loaded.resolve).catch(() => this.#process.kill("SIGKILL"));
    this.#process.stdin.on("error", () => this.#process.stdin.destroy());
    this.#looking = setInterval(() => {
      this.#look();
    }, lookMs).unref();
    void Promise.allSettled([this.#process, told]).then(([ended]) => {
      this.#hasEnded = true;
      clearInterval(this.#looking);
      const said = ended.status === "fulfilled" ? ended.value.stderr : "";
      const reason = new Error(`the yt-dlp that was kept loaded has ended: ${said.trim().split("\n").at(-1) ?? ""}`);
      loaded.reject(reason);
      for (const run of this.#runs.values()) void loseRun(run, reason);
      this.#runs.clear();
    });
  }

  get ageMs(): number {
    return performance.now() - this.#bornMs;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  get isBusy(): boolean {
    return this.#runs.size > 0;
  }

  /** Ends it as soon as what it runs has ended. */
  async retire(): Promise<void> {
    this.#isRetired = true;
    this.#endIfDone();
    await this.#process;
  }

  /** @throws Error where it has ended, or cannot fork. */
  async start({ arguments: words, cwd, env, memoryBytes }: RunRequest): Promise<SpawnedProgram> {
    if (this.#hasEnded) throw new Error("the yt-dlp that was kept loaded has ended");
    const run: Run = {
      forked: Promise.withResolvers(),
      exit: Promise.withResolvers(),
      stdout: new PassThrough(),
      stderr: new PassThrough(),
      overdueLooks: 0,
    };
    // Nobody waits for it where no process was forked.
    run.exit.promise.catch(() => undefined);
    const number = (this.#count += 1);
    this.#runs.set(number, run);
    this.#ask({ run: number, arguments: words, cwd, env, memoryBytes });
    await run.forked.promise;
    return {
      leader: run.leader,
      begin: () => {
        this.#ask({ run: number });
      },
      stdout: run.stdout,
      stderr: run.stderr,
      exit: run.exit.promise,
    };
  }

  /** Ends it at once, and whatever it still runs. */
  async close(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#process;
  }

  #ask(message: object): void {
    if (this.#process.stdin.writable) this.#process.stdin.write(`${JSON.stringify(message)}\n`);
  }

  /** It owes a process to whom asked for one, and the end of a process that has ended. */
  #look(): void {
    for (const run of this.#runs.values()) {
      const isOwed = run.leader === undefined || !isRunning(run.leader);
      run.overdueLooks = isOwed ? run.overdueLooks + 1 : 0;
      if (run.overdueLooks > mostOverdueLooks) this.#process.kill("SIGKILL");
    }
  }

  #endIfDone(): void {
    if (this.#isRetired && !this.isBusy) this.#process.stdin.end();
  }

  async #listen(onLoaded: (version: string) => void): Promise<void> {
    for await (const line of createInterface({ input: this.#process.stdout })) {
      const told = JSON.parse(line) as Told;
      if ("version" in told) onLoaded(told.version);
      else this.#hear(told);
    }
  }

  #hear(told: Exclude<Told, { version: string }>): void {
    const run = this.#runs.get(told.run);
    if (run === undefined) return;
    if ("pid" in told) {
      run.leader = identifyProcess(told.pid);
      run.forked.resolve();
    } else if ("stdout" in told) run.stdout.write(told.stdout);
    else if ("stderr" in told) run.stderr.write(told.stderr);
    else {
      this.#runs.delete(told.run);
      if ("error" in told) run.forked.reject(new Error(`yt-dlp could not be forked: ${told.error}`));
      else endRun(run, exitOf(told.status));
      this.#endIfDone();
    }
  }
}

function spawnServer({ interpreter, file }: PythonProgram, env: Readonly<Record<string, string>>) {
  const [python, ...flags] = interpreter;
  return execa(python, [...flags, script, file], {
    cwd: "/",
    // Without a HOME, python would look for modules in the one of this user; a run has a HOME of its own.
    env: { ...env, HOME: "/nonexistent", LANG: "C.UTF-8", PYTHONUNBUFFERED: "1" },
    extendEnv: false,
    // What a terminal sends to us is ours to pass on.
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

/** The server died, and the guards kill what it ran: nobody may go on before that is done. */
async function loseRun(run: Run, reason: Error): Promise<void> {
  run.forked.reject(reason);
  try {
    if (run.leader !== undefined) await killProcessGroup(run.leader);
    endRun(run, { exitCode: undefined, signal: "SIGKILL" });
  } catch (error) {
    run.exit.reject(error);
  }
}
