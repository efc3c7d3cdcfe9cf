import { basename, dirname, join, resolve } from "node:path";
import { secretsFolderOf } from "@dwld/daemon";
import { layout } from "@dwld/layout";
import { installed } from "@dwld/layout/places";

/** Where a configuration is written to, and what depends on that. */
export type Place = {
  readonly file: string;
  /** True for the units of `make install`; false for a `dwld up`, with all of its files beside the configuration. */
  readonly isUnits: boolean;
  readonly passwordFile: string;
  /** The command that comes next. */
  readonly next: string;
};

/** @param named the file on the command line; default: that of the units, or of `make up` in this checkout. */
export function choosePlace(named: string | undefined, command: string): Place {
  const file = named === undefined ? layout.configuration : resolve(named);
  const isUnits = file === installed.configuration;
  const next = isUnits
    ? "sudo systemctl restart 'dwld-*'"
    : file === layout.configuration
      ? "make up"
      : `${command} up --config ${file}`;
  const secrets = isUnits ? secretsFolderOf("ftp-sender") : join(dirname(file), "secrets");
  return { file, isUnits, passwordFile: join(secrets, "ftp-password"), next };
}

/** The password file as the configuration names it: relative paths begin at its folder. */
export function writtenPasswordFile({ isUnits, passwordFile }: Place): string {
  return isUnits ? passwordFile : join("secrets", basename(passwordFile));
}
