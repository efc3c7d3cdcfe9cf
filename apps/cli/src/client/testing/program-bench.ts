import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import type { DescMethodUnary } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { DownloadService } from "@dwld/rpc";
import { dwldProgram } from "@dwld/testbed";
import { runHere, type RunHereOptions } from "../../testing/run-here.ts";
import { InMemoryApi } from "./in-memory-api.ts";

/** Node keeps compiled code here: compiling takes more than half of the time of a short command. */
const compileCache =
  process.env["NODE_COMPILE_CACHE"] ?? join(import.meta.dirname, "../../../node_modules/.cache/node-compile");

export type RunOptions = { env?: Record<string, string>; server?: string; input?: string; keepInput?: boolean };

/** An api in memory on a port of its own, and the command as a real process that talks to it. */
export class ProgramBench implements AsyncDisposable {
  readonly api = new InMemoryApi();
  readonly #running = new Set<Program>();
  #server: Server | undefined;
  #port = 0;
  /** A method that was called, and that the api lacks. */
  #lacking: string | undefined;

  /** Returns a bench whose api answers. */
  static async start(): Promise<ProgramBench> {
    const bench = new ProgramBench();
    await bench.serve();
    return bench;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Starts the api; again on the same port after kill(). */
  async serve(): Promise<void> {
    const { api } = this;
    this.#server = createServer(
      connectNodeAdapter({
        routes: (router) => {
          router.service(DownloadService, api);
          // The last route of a method counts.
          for (const method of DownloadService.methods)
            if (Reflect.get(api, method.localName) === undefined)
              router.rpc(method as DescMethodUnary, () => this.#lack(method.localName));
        },
      }),
    );
    this.#server.listen(this.#port, "127.0.0.1");
    await once(this.#server, "listening");
    const address = this.#server.address();
    if (address !== null && typeof address === "object") this.#port = address.port;
  }

  /** Refuses a call, and has whoever waits for the command be told why: the command itself may say nothing. */
  #lack(method: string): never {
    this.#lacking = method;
    throw new ConnectError(`InMemoryApi lacks ${method}`, Code.Unimplemented);
  }

  /** @throws Error if the command called a method that the api in memory lacks. */
  readonly #checkApi = (): void => {
    const method = this.#lacking;
    this.#lacking = undefined;
    if (method !== undefined)
      throw new Error(
        `InMemoryApi lacks ${method}, which the command called: add it to apps/cli/src/client/testing/in-memory-api.ts`,
      );
  };

  /** Ends the api as a crash does: connections are cut, the port is closed. */
  async kill(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    this.api.endStreams();
    await closed;
  }

  /** Starts `dwld` with these arguments. */
  start(args: string[], options: RunOptions = {}): Program {
    return this.startBy(process.execPath, [dwldProgram, ...args], options);
  }

  /** Starts another program that starts `dwld`, with DWLD set to its command line. */
  startBy(
    command: string,
    args: string[],
    { env = {}, input = "", keepInput = false, server = this.url }: RunOptions = {},
  ): Program {
    const child = spawn(command, args, {
      env: {
        PATH: process.env["PATH"] ?? "",
        TZ: "UTC",
        NODE_COMPILE_CACHE: compileCache,
        DWLD: `'${process.execPath}' '${dwldProgram}'`,
        DWLD_SERVER: server,
        ...env,
      },
    });
    const program = new Program(child, this.#checkApi);
    this.#running.add(program);
    child.stdin?.write(input);
    if (!keepInput) child.stdin?.end();
    return program;
  }

  /** Runs `dwld` with these arguments in this process. A process of its own would cost a quarter of a second of CPU. */
  async run(args: string[], options: RunHereOptions = {}): Promise<Ended> {
    const ended = await runHere(["--server", this.url, ...args], options);
    this.#checkApi();
    return { signal: null, ...ended };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const program of this.#running) program.child.kill("SIGKILL");
    await this.kill();
  }
}

export type Ended = { status: number | null; signal: string | null; stdout: string; stderr: string };

/** A started process, and its output so far. */
export class Program {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  stdout = "";
  stderr = "";

  /** @param check throws if the end of the process is not to be trusted. */
  constructor(child: ChildProcess, check: () => void) {
    this.child = child;
    child.stdout?.setEncoding("utf8");
    child.stdout?.on("data", (text: string) => (this.stdout += text));
    child.stderr?.setEncoding("utf8");
    child.stderr?.on("data", (text: string) => (this.stderr += text));
    child.stdin?.on("error", () => undefined);
    this.ended = once(child, "close").then(() => {
      check();
      const { stdout, stderr } = this;
      return { status: child.exitCode, signal: child.signalCode, stdout, stderr };
    });
  }

  /** Resolves when the condition holds. */
  async until(condition: (program: this) => boolean): Promise<void> {
    const deadlineMs = Date.now() + 20_000;
    while (!condition(this)) {
      if (this.child.exitCode !== null || Date.now() > deadlineMs) {
        throw new Error(`never came true: ${String(condition)}\nstdout: ${this.stdout}\nstderr: ${this.stderr}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

/** Returns the lines that `--json` writes. */
export function documents(stdout: string): string[] {
  assert.ok(stdout === "" || stdout.endsWith("\n"), "the last document ends its line");
  return stdout.split("\n").slice(0, -1);
}
