import { layout } from "@dwld/layout";
import { execa } from "execa";
import { type ImpersonationTarget, readImpersonationTargets } from "./impersonation.ts";
import { javaScriptArguments } from "./javascript-runtime.ts";

export type YtdlpCommand = {
  /** Its name in worker.ytdlp.commands. */
  readonly name: string;
  readonly command: readonly [string, ...string[]];
};

/** Version and abilities of an installed yt-dlp. */
export type Capabilities = YtdlpCommand & {
  /** Version: the day of its release, "2026.10.26". */
  readonly version: string;
  /** All long options in its help ("--no-plugin-dirs"). */
  readonly options: ReadonlySet<string>;
  readonly impersonates: readonly ImpersonationTarget[];
  /** The scripts that solve YouTube's challenges are installed with it (the package yt_dlp_ejs). */
  readonly challengeSolver: boolean;
  /** The JavaScript runtime that it uses, with its version ("node-24.21.0"); undefined if it knows or finds none. */
  readonly javaScript: string | undefined;
  /** dwld's plugin for thumbnails fits it. */
  readonly fetchesThumbnails: boolean;
  /** How it was installed, in its own words ("debian*", "zip", "pip"). */
  readonly variant: string;
  /** Python, and the files and folders of its modules; undefined if it did not tell them. */
  readonly files?: readonly string[] | undefined;
};

/** Capabilities, and the files on which the modules of the yt-dlp depend; undefined if it did not tell them. */
export type AskedCapabilities = { readonly capabilities: Capabilities; readonly files: readonly string[] | undefined };

const probeTimeoutMs = 30_000;

/** yt-dlp cannot run. The message says what was tried and what to do. */
export class YtdlpUnavailableError extends Error {
  readonly code = "ytdlp";

  static ofCommand(command: readonly string[], reason: string): YtdlpUnavailableError {
    return new YtdlpUnavailableError(
      `yt-dlp cannot be run as "${command.join(" ")}": ${reason}. Install it, or name it in worker.ytdlp.command.`,
    );
  }
}

/**
 * Runs a yt-dlp with these options, in lines of 1,000 characters, and returns what it said.
 *
 * @throws YtdlpUnavailableError
 */
export type AskYtdlp = (options: readonly string[]) => Promise<{ stdout: string; stderr: string }>;

/**
 * Asks yt-dlp about itself in two runs, which cost about half a second of a core. Rejects a yt-dlp that dwld's plugins do
 * not fit: it could bypass the egress proxy.
 *
 * @throws YtdlpUnavailableError
 */
export async function readCapabilities(ytdlp: YtdlpCommand, ask: AskYtdlp): Promise<AskedCapabilities> {
  const { stdout: help } = await ask(["--help"]);
  const options = new Set(help.match(/--[a-z][a-z0-9-]+/g) ?? []);
  const known = { options, challengeSolver: true };
  if (!options.has("--plugin-dirs"))
    throw YtdlpUnavailableError.ofCommand(ytdlp.command, "it is too old: it does not know --plugin-dirs");
  const noOthers = options.has("--no-plugin-dirs") ? ["--no-plugin-dirs"] : [];
  const plugins = [layout.ytdlpPlugins, layout.ytdlpAskingPlugins].map((folder) => `--plugin-dirs=${folder}`);
  const flags = ["--verbose", ...noOthers, ...plugins];
  const listing = options.has("--list-impersonate-targets") ? ["--list-impersonate-targets"] : ["--list-extractors"];
  const { stdout, stderr } = await ask([...flags, ...javaScriptArguments(known), ...listing]);
  const said = (pattern: RegExp): string | undefined => pattern.exec(stderr)?.[1];
  const runtime = said(/^\[debug\] JS runtimes: (.+)$/m);
  const capabilities = {
    ...ytdlp,
    version: readVersionLine(stderr) ?? (await readVersion(ask)),
    options,
    impersonates: readImpersonationTargets(stdout),
    challengeSolver: /^\[debug\] Optional libraries: .*\byt_dlp_ejs\b/m.test(stderr),
    javaScript: runtime === undefined || runtime === "none" || runtime.includes("unsupported") ? undefined : runtime,
    fetchesThumbnails: /^\[debug\] Post-Processor Plugins: .*\bDwldThumbnailPP\b/m.test(stderr),
    variant: said(/^\[debug\] yt-dlp version .*\(([^()]+)\)\s*$/m) ?? "",
  };
  const told = said(/^\[dwld\] files: (.+)$/m);
  const files = told === undefined ? undefined : (JSON.parse(told) as string[]);
  return { capabilities: { ...capabilities, files }, files };
}

/**
 * Reads the first line of --verbose (print_debug_header and _make_label of yt-dlp): "[debug] yt-dlp version
 * stable@2026.10.26 from yt-dlp/yt-dlp [c91f8de0b] (debian*)", "... version fork@tag build 2026.10.26 from ...".
 */
export function readVersionLine(stderr: string): string | undefined {
  const [, tag, build] = /^\[debug\] yt-dlp version (?:[^\s@]*@)?(\S+)(?: build (\S+))?/m.exec(stderr) ?? [];
  return build ?? tag;
}

/** @throws YtdlpUnavailableError */
export async function readVersion(ask: AskYtdlp): Promise<string> {
  const { stdout } = await ask(["--version"]);
  return stdout.trim();
}

/**
 * Asks outside of the walls: for a yt-dlp of the operator's, or one that was tried.
 *
 * @param environment the environment of the programs that the worker starts.
 */
export function askFreely(
  { command: [program, ...rest] }: Pick<YtdlpCommand, "command">,
  environment: Readonly<Record<string, string>>,
): AskYtdlp {
  return async (options) => {
    const result = await runOnce(program, [...rest, "--ignore-config", ...options], environment);
    if (result.exitCode === 0) return result;
    throw YtdlpUnavailableError.ofCommand([program, ...rest], reasonOf(result));
  };
}

async function runOnce(program: string, args: readonly string[], environment: Readonly<Record<string, string>>) {
  return await execa(program, args, {
    reject: false,
    timeout: probeTimeoutMs,
    stdin: "ignore",
    // Wide enough that no option's name is broken at a line's end. Without a HOME, no other plugins are found.
    env: { ...environment, COLUMNS: "1000", LANG: "C.UTF-8", HOME: "/nonexistent" },
    extendEnv: false,
  });
}

function reasonOf({ code, exitCode, stderr, shortMessage = "" }: Awaited<ReturnType<typeof runOnce>>): string {
  if (code === "ENOENT") return "there is no such program";
  if (code === "EACCES") return "it may not be executed";
  if (exitCode === undefined) return shortMessage.split("\n")[0] ?? "";
  const said = lastLine(stderr);
  return said === "" ? `it ends with exit status ${exitCode}` : said;
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
