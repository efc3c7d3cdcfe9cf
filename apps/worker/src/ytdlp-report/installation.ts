import { execa } from "execa";
import type { YtdlpCommand } from "../ytdlp/capabilities.ts";

/** How a yt-dlp is installed, which decides how long each start takes. */
export type Installation =
  /** Modules in a folder; `compiled`: their .pyc files exist and fit. */
  | { readonly kind: "modules"; readonly folder: string; readonly compiled: boolean }
  /** One zip file, as yt-dlp publishes it: it is compiled anew at each start. */
  | { readonly kind: "zipapp" }
  /** Something else, such as a program of its own. */
  | { readonly kind: "unknown" };

const timeoutMs = 30_000;

/** Lets Python tell where it takes the modules from (PYTHONVERBOSE), and write none. */
export async function inspectInstallation(
  { command: [program, ...rest] }: YtdlpCommand,
  environment: Readonly<Record<string, string>>,
): Promise<Installation> {
  const result = await execa(program, [...rest, "--ignore-config", "--version"], {
    reject: false,
    timeout: timeoutMs,
    stdin: "ignore",
    env: { ...environment, HOME: "/nonexistent", PYTHONVERBOSE: "1", PYTHONDONTWRITEBYTECODE: "1" },
    extendEnv: false,
  });
  return result.exitCode === 0 ? readInstallation(result.stderr) : { kind: "unknown" };
}

/** Reads the output of Python 3 at PYTHONVERBOSE=1: "# code object from '/…/yt_dlp/__pycache__/__init__.cpython-313.pyc'". */
function readInstallation(verbose: string): Installation {
  if (/zipimporter object "[^"]*\/yt_dlp\/?"/.test(verbose)) return { kind: "zipapp" };
  const found = /^# code object from '?(.*\/yt_dlp)\/(__pycache__\/)?__init__\.[^/\n]*py(c?)'?$/m.exec(verbose);
  const [, folder, , compiled] = found ?? [];
  return folder === undefined ? { kind: "unknown" } : { kind: "modules", folder, compiled: compiled === "c" };
}
