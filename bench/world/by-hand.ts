import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FtpServer } from "@dwld/testbed";
import { execa } from "execa";

/** A person's way with a shell, yt-dlp and curl, in a folder of its own. */
export type ByHand = {
  folder: string;
  /** Runs a script of sh with these words as "$@", and resolves with how long it took in ms. */
  run(script: string, ...words: string[]): Promise<number>;
};

/** In scripts, "$CURL" holds the login, and $FTP is the server's folder, with a slash at its end. */
export async function prepareByHand(folder: string, ftp: FtpServer): Promise<ByHand> {
  await mkdir(folder, { recursive: true });
  // Not on the command line, where everybody could read it.
  const login = join(folder, "curl-login");
  await writeFile(login, `user = "${ftp.user}:${ftp.password}"\n`, { mode: 0o600 });
  const env = {
    CURL: login,
    // Two slashes: an absolute path (RFC 1738, 3.2.2 by way of curl).
    FTP: `ftp://${ftp.host}:${ftp.port}/${ftp.directory}/`,
  };
  return {
    folder,
    async run(script, ...words) {
      const startMs = performance.now();
      await execa("sh", ["-c", script, "sh", ...words], { cwd: folder, env, stdin: "ignore" });
      return performance.now() - startMs;
    },
  };
}
