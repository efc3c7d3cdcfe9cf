import type { HashAlgorithm } from "@dwld/delivery";

/** A command by which the server computes a hash. */
export type HashCommand = {
  algorithm: HashAlgorithm;
  /** HASH (draft-bryan-ftpext-hash), MD5 (draft-twine-ftpmd5), or one of the X commands that no draft describes. */
  command: string;
  /** The name of the algorithm for OPTS HASH. */
  name?: string;
};

/** The features that a server announces beside RFC 959. */
export type FtpFeatures = {
  /** As the server announces them. */
  lines: readonly string[];
  utf8: boolean;
  /** RFC 3659 section 7: MLST and MLSD. */
  machineListing: boolean;
  /** RFC 3659 section 5.2: REST before STOR. */
  restart: boolean;
  /** The best algorithm first, and HASH before other commands for the same one. */
  hashes: readonly HashCommand[];
};

const hashesByStrength: readonly HashAlgorithm[] = ["sha256", "sha1", "md5", "crc32"];

const hashCommands: Readonly<Record<string, HashAlgorithm>> = {
  XSHA256: "sha256",
  XSHA1: "sha1",
  XSHA: "sha1",
  XMD5: "md5",
  MD5: "md5",
  XCRC: "crc32",
};

/**
 * Reads the answer to FEAT (RFC 2389 section 3.2): a line for each feature between the first and the last. Some servers
 * do not indent them, or repeat the code.
 *
 * @param reply all lines, separated by LF.
 */
export function parseFeatures(reply: string): FtpFeatures {
  const lines = reply
    .split("\n")
    .slice(1, -1)
    .map((line) => line.replace(/^211-/, "").trim());
  // The dot takes all, since a pattern that can fail at the end of a long line is tried once for each of its letters.
  const words = lines.map((line) => /^(\S+)\s*(.*)$/su.exec(line) ?? []);
  const has = (feature: string, facts = "") =>
    words.some(([, name = "", rest = ""]) => name.toUpperCase() === feature && rest.toUpperCase().startsWith(facts));
  const hashes = words.flatMap(([, name = "", facts = ""]) => hashesOf(name.toUpperCase(), facts));
  return {
    lines,
    utf8: has("UTF8"),
    machineListing: has("MLST"),
    restart: has("REST", "STREAM"),
    hashes: hashes.toSorted((a, b) => rank(a) - rank(b)),
  };
}

function rank({ algorithm, command }: HashCommand): number {
  return 2 * hashesByStrength.indexOf(algorithm) + (command === "HASH" ? 0 : 1);
}

function hashesOf(command: string, facts: string): HashCommand[] {
  const algorithm = Object.hasOwn(hashCommands, command) ? hashCommands[command] : undefined;
  if (algorithm !== undefined) return [{ algorithm, command }];
  if (command !== "HASH") return [];
  // "SHA-256;SHA-1*;MD5": the one with the asterisk is chosen.
  return facts.split(";").flatMap((fact) => {
    const name = fact.trim().replace(/\*$/, "");
    const spelled = hashesByStrength.find((known) => known === name.toLowerCase().replaceAll("-", ""));
    return spelled === undefined ? [] : [{ algorithm: spelled, command, name }];
  });
}
