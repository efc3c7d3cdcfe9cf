import { hash, randomBytes } from "node:crypto";
import { posix } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { crc32 } from "node:zlib";
import { DestinationError, type HashAlgorithm } from "@dwld/delivery";
import { type Look, ok, warning } from "./finding.ts";
import type { Patient } from "./patient.ts";

/** Has line ends of all kinds in it, so that a transfer in text mode would show. */
const bytes = randomBytes(65_536);

/** Always the same names, so that what an examination leaves behind is written over by the next. */
const plainName = ".dwld-doctor.part";
const oddName = ".dwld-doctor Ж 日本 😀 [x] 'q' & é.part";

const pathOf = ({ settings }: Patient, name: string) => posix.join(settings.directory, name);

export const tryFolder: Look = async (patient) => {
  const { directory } = patient.settings;
  await patient.use((session) => session.ensureFolder(directory));
  return ok(`${directory} can be entered`);
};

export const tryWriting: Look = async (patient) => {
  const path = pathOf(patient, plainName);
  await patient.use((session) => session.put(path, Readable.from([bytes])));
  return ok(`${bytes.length} bytes were written into ${path}`);
};

export const trySize: Look = async (patient) => {
  const sizeBytes = await patient.use((session) => session.size(pathOf(patient, plainName)));
  if (sizeBytes === bytes.length) return ok(`the server counts ${sizeBytes} bytes`);
  throw damage(patient, `The server counts ${sizeBytes ?? "no"} bytes`);
};

export const tryReading: Look = async (patient) => {
  const sink = new PassThrough();
  const reading = patient.use((session) => session.read(pathOf(patient, plainName), sink));
  const [read] = await Promise.all([buffer(sink), reading]);
  if (read.equals(bytes)) return ok("the same bytes come back");
  throw damage(patient, "Other bytes come back");
};

const hashRemedy = "Set ftp.verify to size or readback, or let the server compute hashes (ProFTPD: mod_digest).";

export const tryHash: Look = async (patient) => {
  const path = pathOf(patient, plainName);
  const { algorithm, told } = await patient.use(async (session) => ({
    algorithm: session.hashAlgorithm,
    told: await session.hash(path),
  }));
  if (algorithm !== undefined && told !== undefined) {
    if (told === expectedHash(algorithm)) return ok(`the server computes ${algorithm}, and it is right`);
    throw damage(patient, `The ${algorithm} that the server computes is ${told}, not ${expectedHash(algorithm)}`);
  }
  const why =
    algorithm === undefined ? "the server computes none" : `the server announces ${algorithm}, and computes none`;
  return patient.settings.verify === "hash"
    ? { level: "failure", message: `${why}, and ftp.verify is hash`, remedy: hashRemedy }
    : ok(`${why}: files are verified otherwise`);
};

function expectedHash(algorithm: HashAlgorithm): string {
  return algorithm === "crc32" ? crc32(bytes).toString(16).padStart(8, "0") : hash(algorithm, bytes);
}

export const tryNames: Look = async (patient) => {
  const path = pathOf(patient, oddName);
  try {
    const sizeBytes = await patient.use(async (session) => {
      await session.remove(path);
      await session.rename(pathOf(patient, plainName), path);
      return await session.size(path);
    });
    if (sizeBytes !== bytes.length) throw damage(patient, `Under its new name the file has ${sizeBytes ?? "no"} bytes`);
  } catch (error) {
    if (!(error instanceof DestinationError) || error.kind !== "name_refused") throw error;
    return warning(
      `a name with letters of many scripts is refused: ${error.message}`,
      "Such files get their task's id as the name. To have their titles, let the server store names in UTF-8.",
    );
  }
  const seen = await namesThere(patient);
  if (seen.length === 0 || seen.includes(oddName)) return ok(`a file can be renamed, also to "${oddName}"`);
  return warning(
    `the server takes "${oddName}" and lists it as "${seen[0]}"`,
    "Titles will look like that. Let the server store and list names in UTF-8 (ProFTPD: UseEncoding; IIS: UTF-8 on).",
  );
};

/** Those of files that an examination made, as others see them. Some servers list no hidden files. */
async function namesThere(patient: Patient): Promise<string[]> {
  const connection = await patient.connection();
  await connection.client.send(`CWD ${connection.absolute(patient.settings.directory)}`);
  const files = await connection.client.list();
  return files.map(({ name }) => name).filter((name) => name.startsWith(".dwld-doctor") && name !== plainName);
}

/** With a file of its own: one that does not go on may have ruined it. */
export const tryResuming: Look = async (patient) => {
  const path = pathOf(patient, plainName);
  const half = bytes.length / 2;
  try {
    await patient.use(async (session) => {
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
};

export const tryRemoving: Look = async (patient) => {
  const left = await patient.use(async (session) => {
    const paths = [plainName, oddName].map((name) => pathOf(patient, name));
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
};

function damage({ name }: Patient, what: string): DestinationError {
  return new DestinationError({
    kind: "unknown",
    stage: "work",
    message: `${what} where ${bytes.length} bytes were written, on ${name}`,
    advice:
      "Deliveries would be refused. Look at the server's disk and quota, and whether it changes files on their way.",
  });
}
