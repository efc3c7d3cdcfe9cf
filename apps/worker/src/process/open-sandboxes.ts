import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { commonPaths, pythonOf, sandboxed, type SandboxRules } from "./sandbox.ts";
import type { Sandboxes } from "./walls.ts";

/** Sandboxes that hold, or why there are none. */
export type OpenedSandboxes =
  | { readonly sandboxes: Sandboxes; readonly missing?: undefined }
  | { readonly sandboxes?: undefined; readonly missing: string };

export type SandboxOptions = {
  /** The environment of the programs that the worker starts. */
  readonly environment: Readonly<Record<string, string>>;
  /** The ports of the ways out; null if there is no restriction of the network. */
  readonly ports: readonly number[] | null;
};

/** Prints for the canary file, a socket of UDP and one of UNIX "1" if it was opened, and "0" if it was refused. */
const openEach = `use Socket;
  print open(my $file, "<", $ARGV[0]) ? 1 : 0;
  print socket(my $udp, PF_INET, SOCK_DGRAM, 0) ? 1 : 0;
  print socket(my $unix, PF_UNIX, SOCK_STREAM, 0) ? 1 : 0;`;

/** Puts a program into a sandbox and lets it try what it may not do. A kernel that has no sandbox is a reason, not an error. */
export async function openSandboxes({ environment, ports }: SandboxOptions): Promise<OpenedSandboxes> {
  const python = await pythonOf(environment);
  if (python === undefined) return { missing: "there is no python3, which makes them" };
  const sandboxes = { python, read: await commonPaths(environment), ports };
  const rules: SandboxRules = { read: sandboxes.read, write: ["/dev/null"], ports };
  const folder = await mkdtemp(join(tmpdir(), "dwld-canary-"));
  const canary = join(folder, "canary");
  await writeFile(canary, "");
  const [program, ...words] = sandboxed(python, rules, ["perl", "-e", openEach, canary]);
  const { stdout, stderr } = await execa(program, words, { env: { ...environment }, extendEnv: false, reject: false });
  await rm(folder, { recursive: true });
  const refused = ports === null ? /^0../ : /^000/;
  if (refused.test(stdout)) return { sandboxes };
  return {
    missing: stdout === "" ? (stderr.trim().split("\n").at(-1) ?? "") : "a program inside does what it may not do",
  };
}
