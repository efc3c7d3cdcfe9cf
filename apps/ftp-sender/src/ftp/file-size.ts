import { posix } from "node:path";
import { FTPError } from "basic-ftp";
import type { FtpConnection } from "./connection.ts";
import type { ServerKnowledge } from "./server-knowledge.ts";

/** RFC 959 section 4.2.2: the command is unknown, or not in this form. */
const notImplemented = new Set([500, 501, 502, 503, 504]);

/**
 * Returns the bytes of a file on the server; undefined if there is none. By SIZE (RFC 3659 section 4), else MLST (section
 * 7), else the listing of its folder.
 */
export async function askSize(
  connection: FtpConnection,
  knowledge: ServerKnowledge,
  path: string,
): Promise<number | undefined> {
  const absolute = connection.absolute(path);
  const { machineListing } = connection.features;
  if (knowledge.may("SIZE")) {
    const { code, message } = await connection.client.sendIgnoringError(`SIZE ${absolute}`);
    const size = code === 213 ? readSize(message.slice(4)) : undefined;
    if (size !== undefined) return size;
    if (code === 550) return undefined;
    // Some servers count in 32 bits, and report a negative number for a larger file.
    if (code !== 213 && !notImplemented.has(code)) throw new FTPError({ code, message });
    if (code !== 213) knowledge.refused("SIZE");
  }
  if (machineListing && knowledge.may("MLST")) {
    const { code, message } = await connection.client.sendIgnoringError(`MLST ${absolute}`);
    if (code === 250) return sizeOfFacts(message);
    if (code === 550) return undefined;
    if (!notImplemented.has(code)) throw new FTPError({ code, message });
    knowledge.refused("MLST");
  }
  return await sizeInListing(connection, absolute);
}

function readSize(text: string): number | undefined {
  return /^\s*\d+\s*$/.test(text) ? Number(text) : undefined;
}

/** Reads "250-Listing\n size=11;type=file; /path\n250 End". Undefined: it is no file. */
function sizeOfFacts(reply: string): number | undefined {
  const facts =
    reply
      .split("\n")
      .map(factsIn)
      .find((found) => found !== "") ?? "";
  if (/(^|;)type=(?!file;)/.test(facts)) return undefined;
  const size = /(?:^|;)size=(\d+);/.exec(facts)?.[1];
  if (size === undefined) throw new Error("it describes the file without its size");
  return Number(size);
}

/** Returns the facts of a line, "size=11;type=file;"; empty if it has none. A pattern would try a long line over and over. */
function factsIn(line: string): string {
  const [facts = "", ...path] = line.replace(/^250-/, "").trimStart().split(" ");
  return path.length > 0 && facts.includes("=") && facts.endsWith(";") ? facts.toLowerCase() : "";
}

/** Lists from within the folder: some servers take a path in the command for an option or a pattern. */
async function sizeInListing({ client }: FtpConnection, path: string): Promise<number | undefined> {
  const { code, message } = await client.sendIgnoringError(`CWD ${posix.dirname(path)}`);
  // A name is free where there is no folder, and not where nobody can look now.
  if (code >= 500 && code !== 530) return undefined;
  if (code >= 400) throw new FTPError({ code, message });
  const files = await client.list();
  return files.find((file) => file.name === posix.basename(path) && file.isFile)?.size;
}
