import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { secretsFolderOf } from "@dwld/daemon";
import { layout } from "@dwld/layout";

/** Where a configuration is written to, and what depends on that. */
export type Place = {
  readonly file: string;
  /** True for the units of `make install`; false for a `dwld up`, with all of its files beside the configuration. */
  readonly isUnits: boolean;
  readonly passwordFile: string;
  /** The command that comes next. */
  readonly next: string;
};

const unitsFile = "/etc/dwld/dwld.yaml";

/** @param named the file on the command line; default: that of the units, or of `make up` in this checkout. */
export function choosePlace(named: string | undefined, command: string): Place {
  const ofMakeUp = join(layout.root, "data/dwld.yaml");
  const file =
    named === undefined ? (existsSync(join(layout.root, ".installed")) ? unitsFile : ofMakeUp) : resolve(named);
  const isUnits = file === unitsFile;
  const next = isUnits
    ? "sudo systemctl restart 'dwld-*'"
    : file === ofMakeUp
      ? "make up"
      : `${command} up --config ${file}`;
  const secrets = isUnits ? secretsFolderOf("ftp-sender") : join(dirname(file), "secrets");
  return { file, isUnits, passwordFile: join(secrets, "ftp-password"), next };
}

/** The password file as the configuration names it: relative paths begin at its folder. */
export function writtenPasswordFile({ isUnits, passwordFile }: Place): string {
  return isUnits ? passwordFile : join("secrets", basename(passwordFile));
}
