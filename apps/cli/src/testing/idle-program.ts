import type { Command } from "commander";
import { buildProgram } from "../program.ts";

/** Returns the program with all of its commands, of which none does anything or says anything. */
export async function idleProgram(): Promise<Command> {
  const idle = async () => undefined;
  const write = () => true;
  const stream = { write, on: write } as unknown as NodeJS.WriteStream;
  const runs = { inSession: idle, onMachine: idle, asProcess: idle };
  return await buildProgram({ stdout: stream, stderr: stream, version: "1" }, runs);
}

/** Returns a command and all below it. */
export function withAllBelow(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withAllBelow)];
}
