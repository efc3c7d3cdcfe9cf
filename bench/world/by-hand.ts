import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FtpServer } from "@dwld/testbed";
import { execa } from "execa";
import { type Spent, spentByPrograms } from "./spent.ts";

/** Runs what a person would type: yt-dlp and curl by a shell, in a folder of its own. */
export type ByHand = {
  folder: string;
  /** Runs a script of sh with these words as "$@". */
  run(script: string, ...words: string[]): Promise<Spent>;
};

/** In scripts, "$CURL" is a file with the login, and $FTP the folder of the server with a trailing slash. */
export async function prepareByHand(folder: string, ftp: FtpServer): Promise<ByHand> {
  await mkdir(folder, { recursive: true });
  // Not on the command line, which every user can read.
  const login = join(folder, "curl-login");
  await writeFile(login, `user = "${ftp.user}:${ftp.password}"\n`, { mode: 0o600 });
  const env = {
    CURL: login,
    // Two slashes: an absolute path (RFC 1738, 3.2.2 by way of curl).
    FTP: `ftp://${ftp.host}:${ftp.port}/${ftp.directory}/`,
  };
  return {
    folder,
    run: (script, ...words) =>
      spentByPrograms("by hand", () =>
        execa("sh", ["-c", script, "sh", ...words], { cwd: folder, env, stdin: "ignore" }),
      ),
  };
}
