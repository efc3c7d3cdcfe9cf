import { FTPError, type FTPResponse } from "basic-ftp";
import type { FtpConnection } from "./connection.ts";

/** Makes a folder, and those above it, if it cannot be entered. */
export async function makeFolder(connection: FtpConnection, path: string): Promise<void> {
  const { client } = connection;
  const absolute = connection.absolute(path);
  const isThere = async (folder: string) => (await client.sendIgnoringError(`CWD ${folder}`)).code < 400;
  if (await isThere(absolute)) return;
  // A folder above that cannot be entered may still be passed through: some servers show only a part of themselves.
  let refusal: FTPResponse | undefined;
  for (const folder of foldersTo(absolute)) {
    const made = await client.sendIgnoringError(`MKD ${folder}`);
    if (made.code >= 400 && !(await isThere(folder))) refusal ??= made;
  }
  if (await isThere(absolute)) return;
  throw new FTPError(refusal ?? { code: 550, message: "550 It was made and cannot be entered." });
}

/** Returns "/a", "/a/b" and "/a/b/c" for "/a/b/c". */
function foldersTo(path: string): string[] {
  const names = path.split("/").filter((name) => name !== "");
  return names.map((_, index) => `/${names.slice(0, index + 1).join("/")}`);
}
