import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import type { Architecture } from "../sandbox/call-filter.ts";
import { findProgram } from "./program-file.ts";
import { commonPaths } from "./sandbox.ts";
import { makeWalls, noWalls, type Sandboxes } from "./walls.ts";

/** Sandboxes that hold, or why there are none. */
export type OpenedSandboxes =
  | { readonly sandboxes: Sandboxes; readonly missing?: undefined }
  | { readonly sandboxes?: undefined; readonly missing: string };

export type SandboxOptions = {
  /** The environment of the programs that the worker starts. */
  readonly environment: Readonly<Record<string, string>>;
  /** The ports of the ways out; null if there is no restriction of the network. */
  readonly ports: readonly number[] | null;
  /** Default: that of this process. */
  readonly architecture?: NodeJS.Architecture;
};

/** Prints for the canary file, a socket of UDP and one of UNIX "1" if it was opened, and "0" if it was refused. */
const openEach = `use Socket;
  print open(my $file, "<", $ARGV[0]) ? 1 : 0;
  print socket(my $udp, PF_INET, SOCK_DGRAM, 0) ? 1 : 0;
  print socket(my $unix, PF_UNIX, SOCK_STREAM, 0) ? 1 : 0;`;

/** Prints the version of Landlock's interface (landlock_create_ruleset(2)), or -1. */
const askLandlock = "print syscall 444, 0, 0, 1";

const known: Partial<Record<NodeJS.Architecture, Architecture>> = { x64: "x64", arm64: "arm64" };

/** Puts a program into a sandbox and lets it try what it may not do. A kernel that has no sandbox is a reason, not an error. */
export async function openSandboxes(asked: SandboxOptions): Promise<OpenedSandboxes> {
  const { environment, ports } = asked;
  const perl = await findProgram("perl", environment["PATH"]);
  if (perl === undefined) return { missing: "there is no perl, which starts programs in them" };
  const machine = asked.architecture ?? process.arch;
  const architecture = known[machine];
  if (architecture === undefined) return { missing: `the numbers of system calls on ${machine} are not known` };
  const options = { env: { ...environment }, extendEnv: false, reject: false } as const;
  const landlock = Number((await execa(perl, ["-e", askLandlock], options)).stdout);
  if (!(landlock > 0)) return { missing: "this kernel has no Landlock" };
  const sandboxes = { perl, kernel: { architecture, landlock }, read: await commonPaths(environment), ports };
  const folder = await mkdtemp(join(tmpdir(), "dwld-canary-"));
  const canary = join(folder, "canary");
  await writeFile(canary, "");
  const nothing = { read: [], write: [] };
  const [program, ...words] = makeWalls(noWalls, sandboxes).confine([perl, "-e", openEach, canary], nothing);
  const { stdout, stderr } = await execa(program, words, options);
  await rm(folder, { recursive: true });
  const refused = ports === null ? /^0../ : /^000/;
  if (refused.test(stdout)) return { sandboxes };
  return {
    missing: stdout === "" ? (stderr.trim().split("\n").at(-1) ?? "") : "a program inside does what it may not do",
  };
}
