/** Sends no answer. */
export const silence: unique symbol = Symbol("silence");
/** Resets the connection. */
export const cut: unique symbol = Symbol("cut");

/** Discards the rest of an upload, and confirms all of it. */
export const loss: unique symbol = Symbol("loss");

/** Lines, without the end of the last. */
export type FtpAnswer = string | typeof silence | typeof cut;

/**
 * A fault after a number of bytes of an upload. With lines, the data connection is reset, and they are sent after a number
 * of milliseconds.
 */
export type UploadFault = { atByte: number; comes: typeof loss | FtpAnswer; afterMs?: number };

/** The faults of a server; empty: none. May be changed while it runs. */
export type FtpScript = {
  /** Answers a command ("SIZE /a") instead of executing it. A new connection is the empty command. */
  onCommand?: (command: string) => FtpAnswer | undefined | Promise<FtpAnswer | undefined>;
  /** The lines of FEAT, instead of the usual ones. */
  features?: readonly string[];
  /** Each byte of an answer is a packet of its own. */
  inPieces?: boolean;
  upload?: UploadFault;
  /** Accepts REST, and starts the upload after it from zero. */
  ignoresRest?: boolean;
  /** Replaces the size that SIZE and MLST tell. */
  size?: (bytes: number) => string;
  /** Replaces the hash that HASH and its like tell. */
  hash?: (hexadecimal: string) => string;
  /** The address that PASV tells, "10,0,0,1". */
  passiveAddress?: string;
};

export const usualFeatures = [
  "EPSV",
  "HASH SHA-256;SHA-1;MD5",
  "MLST type*;size*;",
  "REST STREAM",
  "SIZE",
  "UTF8",
  "XSHA256",
] as const;
