import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

type Line = { level: string; msg: string; err?: { message: string; stack: string } } & Record<string, unknown>;
type Ended = {
  status: number | null;
  signal: NodeJS.Signals | null;
  messages: string[];
  lines: Line[];
  stderr: string;
};

/** For tests: runs programs of fixtures/, until it is closed. */
export function fixtureRunner() {
  const folder = mkdtempSync(join(tmpdir(), "dwld-run-app-"));
  const running = new Set<ChildProcessWithoutNullStreams>();
  let configurations = 0;

  /** Runs one of the programs in fixtures/ with this configuration. */
  function run(fixture: string, yaml = "", options: { node?: string[] } = {}) {
    const config = join(folder, `${++configurations}.yaml`);
    writeFileSync(config, yaml);
    const program = fileURLToPath(new URL(`../fixtures/${fixture}.ts`, import.meta.url));
    const env = { ...process.env, DWLD_CONFIG: config };
    const child = spawn(process.execPath, [...(options.node ?? []), program], { env });
    running.add(child);
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.stdin.on("error", () => undefined);
    const ended = once(child, "close").then(([status, signal]: unknown[]): Ended => {
      running.delete(child);
      const lines = stdout
        .split("\n")
        .filter((line) => line.startsWith("{"))
        .map((line) => JSON.parse(line) as Line);
      return {
        status: status as number | null,
        signal: signal as NodeJS.Signals | null,
        messages: lines.map(({ msg }) => msg),
        lines,
        stderr,
      };
    });
    /** Resolves when the program has written the words; rejects if it ends before. */
    async function says(words: string): Promise<void> {
      const seen = Promise.withResolvers<void>();
      const look = (): void => {
        if (stdout.includes(words)) seen.resolve();
      };
      child.stdout.on("data", look);
      look();
      await Promise.race([
        seen.promise,
        ended
          .then(({ status }) =>
            seen.reject(new Error(`ended with ${status}, not saying "${words}": ${stdout}${stderr}`)),
          )
          .then(async () => await seen.promise),
      ]);
      child.stdout.off("data", look);
    }
    return {
      config,
      ended,
      says,
      output: () => stdout,
      kill: (signal: NodeJS.Signals) => child.kill(signal),
      poke: () => child.stdin.write("\n"),
    };
  }

  return {
    run,
    close: () => {
      for (const child of running) child.kill("SIGKILL");
      rmSync(folder, { recursive: true });
    },
  };
}
