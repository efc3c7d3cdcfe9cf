import { join } from "node:path";
import { execa } from "execa";
import type { Patient } from "./examination.ts";

const dwld = join(import.meta.dirname, "../../../bin/dwld");

/** How a program that was asked something has ended. `found` is false where there is no such program. */
export type Answer = { found: boolean; exitCode: number | undefined; stdout: string; stderr: string };

const longestAnswerMs = 50_000;

export async function askProgram(
  program: string,
  argv: readonly string[],
  { env }: Pick<Patient, "env">,
): Promise<Answer> {
  const result = await execa(program, argv, {
    reject: false,
    stdin: "ignore",
    env,
    extendEnv: false,
    timeout: longestAnswerMs,
  });
  const { exitCode, stdout, stderr } = result;
  return { found: result.code !== "ENOENT", exitCode, stdout, stderr };
}

/** A command of dwld that looks at this machine itself. */
export async function askDwld(argv: readonly string[], patient: Patient): Promise<Answer> {
  return await askProgram(dwld, [...argv, ...patient.configArguments], patient);
}
