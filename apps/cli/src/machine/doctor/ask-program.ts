import { execa } from "execa";

/** How a program ended that was asked something. `found` is false if there is no such program. */
export type Answer = { found: boolean; exitCode: number | undefined; stdout: string; stderr: string };

const answerTimeoutMs = 50_000;

/** Runs a program to its end, by default for no longer than a person waits. */
export async function askProgram(
  program: string,
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  bound: { readonly timeout: number } | { readonly cancelSignal: AbortSignal } = { timeout: answerTimeoutMs },
): Promise<Answer> {
  const options = { reject: false, stdin: "ignore", env, extendEnv: false, ...bound } as const;
  const { code, exitCode, stdout, stderr } = await execa(program, argv, options);
  return { found: code !== "ENOENT", exitCode, stdout, stderr };
}
