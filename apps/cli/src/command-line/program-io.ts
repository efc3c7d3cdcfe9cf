import type { ReadStream } from "node:tty";

/** Standard input: a file, a pipe or a terminal. */
export type Input = NodeJS.ReadableStream & Partial<Pick<ReadStream, "isTTY">>;

/** The streams, environment and version with which a program runs. */
export type ProgramIo = {
  stdin: Input;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
  env: NodeJS.ProcessEnv;
  /** The version of dwld. */
  version: string;
};
