import type { Readable, Writable } from "node:stream";
import type { Texts } from "@dwld/queue";

/** The hashes that a server may compute of a file, the best first. */
export type HashAlgorithm = "sha256" | "sha1" | "md5" | "crc32";

/**
 * A place that files are delivered to. To add one:
 *
 * 1. implement this interface in a folder of its own: FTP is `apps/ftp-sender/src/ftp/`, since the sender alone may
 *    import its library; the local folder is `folder/` beside this file;
 * 2. add a section to `configurationSchema` (`packages/daemon/src/configuration/schema.ts`), as `ftp:` is one;
 * 3. say in `deliveryOf` (`configuration/delivery-settings.ts` there) who delivers and by which rules, and make it in
 *    `start-sender.ts` of the sender.
 *
 * Names, conflicts, verification, resuming and clean-up are the same for all of them (`deliver/`).
 */
export type Destination = {
  /** Identifies it in the table, where names are reserved: "ftp://host:port", "file://host/folder". */
  readonly name: string;
  /** For messages to a person. */
  readonly title: string;
  readonly words: DestinationWords;
  /**
   * Returns where a path of the destination is on the disk of this host. Absent: it is elsewhere.
   *
   * A local copy stays the task's: it is deleted with the task if a person asks for that. So two tasks never share one.
   */
  readonly localPath?: (path: string) => string;
  /**
   * Returns a session; one that is kept open if there is one. At most one is being opened at any time, and concurrent
   * callers share its failure.
   *
   * @param signal ends the session and all that it does, until it is released. Its reason is then thrown.
   * @throws DestinationError of the phase `connect`.
   */
  connect(signal: AbortSignal): Promise<Session>;
  /** Ends all sessions. */
  close(): void;
};

/** What is said of a destination beside its title. */
export type DestinationWords = {
  /** The section of the configuration that has its `DeliveryRules`: "ftp". Absent: nobody configures them. */
  readonly section?: string;
  /** Tells whoever asked for the video that it was downloaded, and whose matter the rest is. Advice follows. */
  readonly refusalInRussian: string;
};

export type MadeFolder = {
  path: string;
  /** For a person: why the folder has another name than was asked for. */
  remark?: Texts;
};

/**
 * All paths have "/" between their segments. They are absolute, or begin where a login ends up, which for a folder is its
 * root. All methods throw DestinationError, or the reason of the session's signal.
 */
export type Session = {
  /** Makes a folder, and those above it, if it does not exist. */
  ensureFolder(path: string): Promise<MadeFolder>;
  /** Returns the bytes of a file; undefined if the name is free; -1 if something that is no file has it. */
  size(path: string): Promise<number | undefined>;
  /** The best hash that the destination computes. Undefined: none, or it refused one that it had announced. */
  readonly hashAlgorithm: HashAlgorithm | undefined;
  /**
   * Returns the hash of a whole file by `hashAlgorithm`, as lower-case hexadecimal. Undefined if the destination refuses;
   * then `hashAlgorithm` is undefined from now on, for all sessions until the next start. Also undefined if there is no
   * such file.
   *
   * @param sizeBytes the file's, as far as is known: the hash of many gigabytes takes long, and the time-out grows with
   * them.
   */
  hash(path: string, sizeBytes: number): Promise<string | undefined>;
  /**
   * Reads a file back into a sink, which is ended. Resolves when the sink has taken all of it and the destination has
   * confirmed the end.
   */
  read(path: string, sink: Writable): Promise<void>;
  /** Whether an interrupted transfer can be resumed. False from the first refusal on, until the next start. */
  readonly resumes: boolean;
  /**
   * Makes a file of the bytes of a local one without copying them (a hard link, a reflink). Returns false if they have to
   * be copied. Absent: they always have to.
   */
  clone?(localPath: string, path: string): Promise<boolean>;
  /**
   * Makes or overwrites a file. Resolves when the destination has confirmed the end. After an error the session is broken:
   * release it, and connect again.
   *
   * @param source the bytes to send, without those that are there already. It is destroyed at the end.
   * @param startAt resumes: the file there has exactly this number of bytes, which are kept.
   * @throws DestinationError `cannot_resume` if the destination does not resume, perhaps only after the transfer.
   */
  put(path: string, source: Readable, startAt?: number): Promise<void>;
  /**
   * Renames a file. It may overwrite: look at the new name first.
   *
   * @param confirm called as the last step before the file gets its new name. If it throws, the file does not get it.
   * @throws DestinationError `name_refused` if the name may be the reason; what `confirm` throws.
   */
  rename(from: string, to: string, confirm?: () => Promise<void>): Promise<void>;
  /** Removes a file; does nothing if it does not exist. */
  remove(path: string): Promise<void>;
  /** Keeps the session for the next caller, unless it is broken. Idempotent. */
  release(): void;
};
