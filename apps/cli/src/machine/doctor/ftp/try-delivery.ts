import { hash, randomBytes } from "node:crypto";
import { posix } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { crc32 } from "node:zlib";
import { DestinationError, type HashAlgorithm } from "@dwld/delivery";
import { failure, type Found, ok, warning } from "../finding.ts";
import type { FtpProbe } from "./ftp-probe.ts";

/** Has line ends of all kinds, so that a transfer in text mode shows. */
const bytes = randomBytes(65_536);

/** Always the same names: what one examination leaves behind, the next overwrites. */
const plainName = ".dwld-doctor.part";
const oddName = ".dwld-doctor Ж 日本 😀 [x] 'q' & é.part";

const pathOf = ({ settings }: FtpProbe, name: string) => posix.join(settings.directory, name);

export async function tryFolder(probe: FtpProbe): Promise<Found> {
  const { directory } = probe.settings;
  await probe.use((session) => session.ensureFolder(directory));
  return ok(`${directory} can be entered`);
}

export async function tryWriting(probe: FtpProbe): Promise<Found> {
  const path = pathOf(probe, plainName);
  await probe.use((session) => session.put(path, Readable.from([bytes])));
  return ok(`${bytes.length} bytes were written into ${path}`);
}

export async function trySize(probe: FtpProbe): Promise<Found> {
  const sizeBytes = await probe.use((session) => session.size(pathOf(probe, plainName)));
  if (sizeBytes === bytes.length) return ok(`the server counts ${sizeBytes} bytes`);
  throw damage(probe, `The server counts ${sizeBytes ?? "no"} bytes`);
}

export async function tryReading(probe: FtpProbe): Promise<Found> {
  const sink = new PassThrough();
  const reading = probe.use((session) => session.read(pathOf(probe, plainName), sink));
  const [read] = await Promise.all([buffer(sink), reading]);
  if (read.equals(bytes)) return ok("the same bytes come back");
  throw damage(probe, "Other bytes come back");
}

const hashRemedy = "Set ftp.verify to size or readback, or let the server compute hashes (ProFTPD: mod_digest).";

export async function tryHash(probe: FtpProbe): Promise<Found> {
  const path = pathOf(probe, plainName);
  const { algorithm, told } = await probe.use(async (session) => ({
    algorithm: session.hashAlgorithm,
    told: await session.hash(path, bytes.length),
  }));
  if (algorithm !== undefined && told !== undefined) {
    if (told === expectedHash(algorithm)) return ok(`the server computes ${algorithm}, and it is right`);
    throw damage(probe, `The ${algorithm} that the server computes is ${told}, not ${expectedHash(algorithm)}`);
  }
  const why =
    algorithm === undefined ? "the server computes none" : `the server announces ${algorithm}, and computes none`;
  return probe.settings.verify === "hash"
    ? failure(`${why}, and ftp.verify is hash`, hashRemedy)
    : ok(`${why}: files are verified otherwise`);
}

function expectedHash(algorithm: HashAlgorithm): string {
  return algorithm === "crc32" ? crc32(bytes).toString(16).padStart(8, "0") : hash(algorithm, bytes);
}

export async function tryNames(probe: FtpProbe): Promise<Found> {
  const path = pathOf(probe, oddName);
  try {
    const sizeBytes = await probe.use(async (session) => {
      await session.remove(path);
      await session.rename(pathOf(probe, plainName), path);
      return await session.size(path);
    });
    if (sizeBytes !== bytes.length) throw damage(probe, `Under its new name the file has ${sizeBytes ?? "no"} bytes`);
  } catch (error) {
    if (!(error instanceof DestinationError) || error.kind !== "name_refused") throw error;
    return warning(
      `a name with letters of many scripts is refused: ${error.message}`,
      "Such files get their task's id as the name. To have their titles, let the server store names in UTF-8.",
    );
  }
  const seen = await namesThere(probe);
  if (seen.length === 0 || seen.includes(oddName)) return ok(`a file can be renamed, also to "${oddName}"`);
  return warning(
    `the server takes "${oddName}" and lists it as "${seen[0]}"`,
    "Titles will look like that. Let the server store and list names in UTF-8 (ProFTPD: UseEncoding; IIS: UTF-8 on).",
  );
}

/** Returns the names of the files of examinations, as others see them. Some servers list no hidden files. */
async function namesThere(probe: FtpProbe): Promise<string[]> {
  const connection = await probe.connection();
  await connection.client.send(`CWD ${connection.absolute(probe.settings.directory)}`);
  const files = await connection.client.list();
  return files.map(({ name }) => name).filter((name) => name.startsWith(".dwld-doctor") && name !== plainName);
}

/** Writes the file in two parts. A server that cannot resume may ruin it, so this is the last use of it. */
export async function tryResuming(probe: FtpProbe): Promise<Found> {
  const path = pathOf(probe, plainName);
  const half = bytes.length / 2;
  try {
    await probe.use(async (session) => {
      await session.put(path, Readable.from([bytes.subarray(0, half)]));
      await session.put(path, Readable.from([bytes.subarray(half)]), half);
    });
  } catch (error) {
    if (!(error instanceof DestinationError) || error.kind !== "cannot_resume") throw error;
    return warning(
      `an interrupted upload begins anew: ${error.message}`,
      "It works all the same. To save the time, allow it on the server (ProFTPD: AllowStoreRestart on; vsftpd: anon_other_write_enable).",
    );
  }
  return ok("an interrupted upload goes on where it ended");
}

export async function tryRemoving(probe: FtpProbe): Promise<Found> {
  const left = await probe.use(async (session) => {
    const paths = [plainName, oddName].map((name) => pathOf(probe, name));
    for (const path of paths) await session.remove(path);
    const stays: string[] = [];
    for (const path of paths) if ((await session.size(path)) !== undefined) stays.push(path);
    return stays;
  });
  if (left.length === 0) return ok("the file was removed again");
  return warning(
    `the server says that it removed ${left.join(" and ")}, and still has it`,
    "Give the FTP user the right to remove files: parts of canceled uploads stay otherwise.",
  );
}

function damage({ name }: FtpProbe, what: string): DestinationError {
  return new DestinationError({
    kind: "unknown",
    phase: "work",
    message: `${what} where ${bytes.length} bytes were written, on ${name}`,
    advice:
      "Deliveries would be refused. Look at the server's disk and quota, and whether it changes files on their way.",
  });
}
