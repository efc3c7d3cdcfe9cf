import type { ReadStream } from "node:tty";

/** Standard input: a file, a pipe or a terminal. */
export type Input = NodeJS.ReadableStream & Partial<Pick<ReadStream, "isTTY">>;

/** What a program gets from the system that started it. */
export type ProgramIo = {
  stdin: Input;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
  env: NodeJS.ProcessEnv;
  /** The version of dwld. */
  version: string;
};
