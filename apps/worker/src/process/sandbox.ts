import { readdirSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, isAbsolute, join } from "node:path";
import { layout } from "@dwld/layout";
import { isSystemError } from "@dwld/text";
import type { Command } from "../egress/network-namespace.ts";
import type { SandboxRules } from "../sandbox/sandbox-words.ts";
import { findProgram } from "./program-file.ts";

/** Folders and files of one program, beside those that every program reads. */
export type Grant = Pick<SandboxRules, "read" | "write">;

/** The parts of a system that programs, Python and ffmpeg read. No /proc, no /sys, no /run: nothing of other processes. */
const systemPaths = [
  ...["/usr", "/lib", "/lib64", "/bin", "/sbin", "/dev/urandom", "/dev/random", "/dev/zero"],
  ...[
    "ssl",
    "ca-certificates",
    "pki",
    "ld.so.cache",
    "ld.so.conf",
    "localtime",
    "mime.types",
    "fonts",
    "alternatives",
  ].map((name) => `/etc/${name}`),
  ...["nsswitch.conf", "gai.conf", "hosts", "resolv.conf", "passwd", "group"].map((name) => `/etc/${name}`),
];

/** Programs that yt-dlp starts, by their names on the PATH. */
const helpers = [
  "ffmpeg",
  "ffprobe",
  "aria2c",
  "rtmpdump",
  "mpv",
  "AtomicParsley",
  "deno",
  "node",
  "bun",
  "qjs",
  "python3",
];

const certificateVariables = ["SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"];

/** Returns the paths that every program inside reads. */
export async function commonPaths(environment: Readonly<Record<string, string>>): Promise<string[]> {
  const path = environment["PATH"];
  const programs = await Promise.all(helpers.map((name) => findProgram(name, path)));
  return [
    ...systemPaths,
    ...readdirSync("/etc").flatMap((name) => (name.startsWith("python3") ? [join("/etc", name)] : [])),
    ...(path ?? "").split(":").filter((folder) => isAbsolute(folder) && isFolderOfPrograms(folder)),
    ...[...programs, process.execPath].flatMap((program) => (program === undefined ? [] : programPaths(program))),
    ...certificateVariables.flatMap((name) => environment[name] ?? []),
    layout.ytdlpPlugins,
    layout.sandbox,
  ];
}

/** Returns the file of a program, and the folder of its libraries if it lies in a folder `bin`. */
export function programPaths(program: string): string[] {
  const file = realPath(program);
  if (file === undefined) return [];
  const folder = dirname(file);
  return basename(folder) === "bin" ? [file, join(dirname(folder), "lib")] : [file];
}

/** Somebody's home folder, or the root, is none, although a script in it has it in its path of modules. */
export function isFolderOfPrograms(folder: string): boolean {
  return folder !== "/" && folder !== homedir() && folder !== "/root" && dirname(folder) !== "/home";
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch (error) {
    if (isSystemError(error)) return undefined;
    throw error;
  }
}

/** Returns the command that puts itself into a sandbox of these words (`sandboxWords`) and becomes the program. */
export function sandboxed(perl: string, words: readonly string[], command: Command): Command {
  return [perl, join(layout.sandbox, "sandbox.pl"), ...words, "--", ...command];
}
