import { basename, dirname, join } from "node:path";

/** Root's alone. Each unit is handed the files of its own folder in it when it starts (LoadCredential= in deploy/systemd). */
export const secretsFolder = "/etc/dwld/secrets";

/** Names of folders: the units that have secrets, and `database`, which all units are handed. */
export type SecretHolder = "api" | "ftp-sender" | "database";

export function secretsFolderOf(holder: SecretHolder): string {
  return join(secretsFolder, holder);
}

/** Whether a file lies where units get secrets from; in an installation of an earlier version directly in `secretsFolder`. */
export function isUnitSecret(path: string): boolean {
  return dirname(path) === secretsFolder || dirname(dirname(path)) === secretsFolder;
}

/** Returns the name by which a unit has the secret in a file as a credential (systemd.exec(5)). */
export function credentialName(path: string): string | undefined {
  if (!isUnitSecret(path)) return undefined;
  return `${dirname(path) === secretsFolderOf("database") ? "database" : "secrets"}_${basename(path)}`;
}
