import { chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readSecretFile } from "./secret-file.ts";
import { credentialName } from "./unit-secrets.ts";

/** Secrets for a program of another user; they are gone when it is disposed of. */
export type HandedSecrets = Disposable & { readonly environment: Readonly<Record<string, string>> };

/** In memory, where systemd keeps the credentials of units, too. */
const place = "/run";

/**
 * Hands those of these files to a program of another user that only root can read, as systemd hands them to a unit (see `readSecretFile`).
 * Other files are that user's to read, or not.
 *
 * @throws ConfigurationError
 */
export function handSecrets(paths: readonly string[], { uid, gid }: { uid: number; gid: number }): HandedSecrets {
  const secrets = paths.flatMap((path) => {
    const name = credentialName(path);
    return name === undefined ? [] : [{ name, secret: readSecretFile(path) }];
  });
  if (secrets.length === 0) return { environment: {}, [Symbol.dispose]: () => undefined };
  const folder = mkdtempSync(join(place, "dwld-secrets-"));
  const dispose = () => {
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    for (const { name, secret } of secrets) {
      const file = join(folder, name);
      writeFileSync(file, secret, { mode: 0o400, flag: "wx" });
      chownSync(file, uid, gid);
    }
    chownSync(folder, uid, gid);
  } catch (error) {
    dispose();
    throw error;
  }
  return { environment: { CREDENTIALS_DIRECTORY: folder }, [Symbol.dispose]: dispose };
}
