import { stat } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";
import { isSystemError } from "@dwld/text";

/** Returns the file that the shell would run for a command's name with this PATH; undefined if there is none. */
export async function findProgram(program: string, path: string | undefined): Promise<string | undefined> {
  if (program.includes("/")) return (await fileStamp(program)) === undefined ? undefined : program;
  for (const folder of (path ?? "").split(delimiter)) {
    const file = join(folder, program);
    if (folder !== "" && (await fileStamp(file)) !== undefined) return file;
  }
  return undefined;
}

/**
 * Returns a stamp that changes when a file of the command changes: the program itself, or an absolute path among its
 * arguments (`[python3, /opt/yt-dlp]`).
 */
export async function commandStamp(command: readonly [string, ...string[]], path: string | undefined): Promise<string> {
  const [program, ...rest] = command;
  const files = [await findProgram(program, path), ...rest.filter((argument) => isAbsolute(argument))];
  const stamps = await Promise.all(files.map(async (file) => (file === undefined ? "absent" : await fileStamp(file))));
  return stamps.join(" ");
}

/** Returns the stamp of a regular file, following links; undefined if there is none. */
async function fileStamp(file: string): Promise<string | undefined> {
  try {
    const stats = await stat(file);
    return stats.isFile() ? `${stats.ino}:${stats.size}:${stats.mtimeMs}` : undefined;
  } catch (error) {
    if (isSystemError(error)) return undefined;
    throw error;
  }
}
