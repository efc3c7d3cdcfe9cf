import { readFileSync } from "node:fs";
import { join } from "node:path";
import { errorCode, errorText } from "@dwld/text";
import { ConfigurationError } from "./configuration-error.ts";
import { readFile } from "./read-file.ts";
import { credentialName, secretsFolder } from "./unit-secrets.ts";

const maxBytes = 64 * 1024;

const remedies = {
  absent: "make this file, readable to the user dwld runs as alone, or name the right one",
  forbidden: "give the file to that user (chown), mode 0400",
  folder: "name the file in it",
};

/**
 * Returns the secret in a file such as ftp.passwordFile, as UTF-8 without one newline at its end.
 *
 * A unit with `LoadCredential=secrets:/etc/dwld/secrets/ftp-sender` is handed /etc/dwld/secrets/ftp-sender/ftp-password,
 * which only root can read, as the credential `secrets_ftp-password` (systemd.exec(5)), and reads that instead of the file.
 *
 * @throws ConfigurationError that names the file and what to do, and never quotes it.
 */
export function readSecretFile(path: string): string {
  const content = readCredential(path) ?? readFile(path, remedies);
  if (content.length > maxBytes)
    throw ConfigurationError.ofFile(path, "is larger than 64 KiB", "the file holds the secret and nothing else");
  const secret = content.toString("utf8").replace(/\r?\n$/, "");
  if (secret === "") throw ConfigurationError.ofFile(path, "is empty", "write the secret into it, on one line");
  return secret;
}

function readCredential(path: string): Buffer | undefined {
  const folder = process.env["CREDENTIALS_DIRECTORY"];
  const name = credentialName(path);
  if (folder === undefined || folder === "" || name === undefined) return undefined;
  const credential = join(folder, name);
  try {
    return readFileSync(credential);
  } catch (error) {
    if (errorCode(error) === "ENOENT")
      throw ConfigurationError.ofFile(
        path,
        "is not handed to this unit",
        `move it to the folder of this unit in ${secretsFolder}, and restart the unit`,
      );
    throw ConfigurationError.ofFile(credential, `cannot be read (${errorText(error)})`, "restart the unit");
  }
}
