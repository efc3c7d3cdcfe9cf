import type { Readable } from "node:stream";
import { FTPError } from "basic-ftp";
import { DestinationError } from "@dwld/delivery";
import type { FtpConnection } from "./connection.ts";
import { askSize } from "./file-size.ts";
import { explainFtpError } from "./ftp-failure.ts";
import type { FtpServerFacts } from "./failure-text.ts";
import { restartAt } from "./passive-mode.ts";
import type { ServerKnowledge } from "./server-knowledge.ts";

type Resumption = {
  path: string;
  /** The bytes that are missing. */
  source: Readable;
  startAt: number;
  knowledge: ServerKnowledge;
  facts: FtpServerFacts;
};

/** REST and STOR (RFC 3659 section 5.2), if the server announces that; APPE (RFC 959). */
const ways = ["REST", "APPE"] as const;

/** Returns the ways to resume that are worth trying. */
export function waysToResume(connection: FtpConnection, knowledge: ServerKnowledge): (typeof ways)[number][] {
  return ways.filter((way) => knowledge.may(way) && (way === "APPE" || connection.features.restart));
}

/**
 * Resumes a file behind its first bytes. Some servers obey and begin anew, which the size afterwards shows.
 *
 * @throws DestinationError `cannot_resume`; the server is remembered as one that does not.
 */
export async function resumeUpload(connection: FtpConnection, resumption: Resumption): Promise<void> {
  const { path, source, startAt, knowledge, facts } = resumption;
  let refusal: DestinationError | undefined;
  for (const way of waysToResume(connection, knowledge)) {
    try {
      if (way === "REST") restartAt(connection.client, startAt);
      await connection.client.storeFrom(source, connection.absolute(path), { append: way === "APPE" });
    } catch (error) {
      refusal = explainFtpError(error, "resume", facts, path);
      // If a byte was sent, the server had accepted the command, and something else failed.
      if (source.readableDidRead || !(error instanceof FTPError) || refusal.kind !== "cannot_resume") throw error;
      knowledge.refused(way);
      continue;
    }
    const expectedBytes = startAt + (connection.data.socket?.bytesWritten ?? 0);
    const sizeBytes = await askSize(connection, knowledge, path);
    if (sizeBytes === expectedBytes) return;
    for (const untrusted of ways) knowledge.refused(untrusted);
    refusal = cannotResume(facts, path, `it has ${sizeBytes ?? "no"} bytes afterwards instead of ${expectedBytes}`);
    break;
  }
  throw refusal ?? cannotResume(facts, path, "it did not earlier");
}

function cannotResume({ name }: FtpServerFacts, path: string, why: string): DestinationError {
  return new DestinationError({
    kind: "cannot_resume",
    phase: "work",
    message: `${name} does not go on with ${path} where it ended: ${why}`,
    advice: "It is sent from its beginning, by itself.",
  });
}
