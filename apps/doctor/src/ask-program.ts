import { join } from "node:path";
import { execa } from "execa";
import type { Patient } from "./examination.ts";

const dwld = join(import.meta.dirname, "../../../bin/dwld");

/** How a program that was asked something has ended. `found` is false where there is no such program. */
export type Answer = { found: boolean; exitCode: number | undefined; stdout: string; stderr: string };

const longestAnswerMs = 50_000;

type Call = Pick<Patient, "env"> & { /** Ends it. */ readonly signal?: AbortSignal };

export async function askProgram(program: string, argv: readonly string[], { env, signal }: Call): Promise<Answer> {
  const result = await execa(program, argv, {
    reject: false,
    stdin: "ignore",
    env,
    extendEnv: false,
    timeout: longestAnswerMs,
    ...(signal !== undefined && { cancelSignal: signal }),
  });
  const { exitCode, stdout, stderr } = result;
  return { found: result.code !== "ENOENT", exitCode, stdout, stderr };
}

/** A command of dwld that looks at this machine itself. */
export async function askDwld(argv: readonly string[], call: Call & Pick<Patient, "configArguments">): Promise<Answer> {
  return await askProgram(dwld, [...argv, ...call.configArguments], call);
}
