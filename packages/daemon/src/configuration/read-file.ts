import { readFileSync } from "node:fs";
import { isSystemError } from "@dwld/text";
import { ConfigurationError } from "./configuration-error.ts";

/** Advice to a person about a file that cannot be read. */
type Remedies = {
  readonly absent: string;
  readonly forbidden: string;
  readonly folder: string;
};

/** Reads a file. @throws ConfigurationError that says why it cannot be read, and what to do. */
export function readFile(file: string, remedies: Remedies): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw isSystemError(error) ? explainReadError(error, file, remedies) : error;
  }
}

function explainReadError(error: NodeJS.ErrnoException, file: string, remedies: Remedies): ConfigurationError {
  switch (error.code) {
    case "ENOENT":
    case "ENOTDIR":
      return ConfigurationError.ofFile(file, "does not exist", remedies.absent);
    case "EACCES":
    case "EPERM": {
      const user = process.getuid === undefined ? "" : ` (uid ${process.getuid()})`;
      return ConfigurationError.ofFile(file, `may not be read by the user dwld runs as${user}`, remedies.forbidden);
    }
    case "EISDIR":
      return ConfigurationError.ofFile(file, "is a folder", remedies.folder);
    default:
      return ConfigurationError.ofFile(file, `cannot be read (${error.message})`, "check the file system it lies on");
  }
}
