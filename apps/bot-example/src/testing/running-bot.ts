import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "@dwld/testbed";

const main = join(import.meta.dirname, "../main.ts");

/** The bot as a real process, with a secret of its own. */
export class RunningBot implements AsyncDisposable {
  readonly secretFile: string;
  readonly #folder: string;
  readonly #intervalSeconds: number;
  #child: ChildProcess | undefined;
  #output = "";
  port = 0;

  private constructor(folder: string, intervalSeconds: number) {
    this.#folder = folder;
    this.secretFile = join(folder, "secret");
    this.#intervalSeconds = intervalSeconds;
  }

  static async start(intervalSeconds: number): Promise<RunningBot> {
    const folder = await mkdtemp(join(tmpdir(), "dwld-bot-"));
    const bot = new RunningBot(folder, intervalSeconds);
    await bot.writeSecret("geheim");
    await bot.start();
    return bot;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** All it has written, in all of its runs. */
  get output(): string {
    return this.#output;
  }

  async writeSecret(secret: string): Promise<void> {
    await writeFile(this.secretFile, `${secret}\n`);
  }

  /** A second time on the same port. */
  async start(): Promise<void> {
    const child = spawn(
      process.execPath,
      [
        main,
        ...["--listen", `127.0.0.1:${this.port}`],
        ...["--secret-file", this.secretFile],
        ...["--interval", String(this.#intervalSeconds)],
      ],
      { stdio: ["pipe", "pipe", "inherit"] },
    );
    this.#child = child;
    const before = this.#output.length;
    child.stdout.setEncoding("utf8").on("data", (text: string) => (this.#output += text));
    const [, port] = await this.says(/^\* listening on \S+:(\d+)$/m, before);
    this.port = Number(port);
  }

  /** Somebody in a chat sends a link. */
  send(chatId: string, link: string): void {
    this.#child?.stdin?.write(`${chatId} ${link}\n`);
  }

  /**
   * Waits until it has written this.
   * @param from what it wrote before is not looked at.
   */
  async says(pattern: RegExp, from = 0): Promise<RegExpExecArray> {
    return await eventually(`the bot says ${String(pattern)}`, () => pattern.exec(this.#output.slice(from)), {
      deadlineMs: 90_000,
      describe: () => this.#output,
    });
  }

  async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<number | null> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return null;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
    return child.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true });
  }
}
