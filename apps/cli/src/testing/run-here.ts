import { PassThrough } from "node:stream";
import { text as textOf } from "node:stream/consumers";
import { layout } from "@dwld/layout";
import { runProgram } from "../program.ts";

export type RunHereOptions = {
  /** Beside PATH; default: nothing else. */
  env?: Record<string, string>;
  /** The text on stdin. */
  input?: string | Buffer;
};

/** Runs `dwld` with these arguments in this process, of which only main.ts knows more, and not on a terminal. */
export async function runHere(args: readonly string[], { env = {}, input = "" }: RunHereOptions = {}) {
  const streams = { stdout: new PassThrough(), stderr: new PassThrough() };
  const written = Promise.all([textOf(streams.stdout), textOf(streams.stderr)]);
  const status = await runProgram([...args], {
    stdin: new PassThrough().end(input),
    ...(streams as unknown as { stdout: NodeJS.WriteStream; stderr: NodeJS.WriteStream }),
    env: { PATH: process.env["PATH"] ?? "", ...env },
    version: layout.version,
  });
  for (const stream of Object.values(streams)) stream.end();
  const [stdout, stderr] = await written;
  return { status, stdout, stderr };
}
