import { readFileSync, statSync } from "node:fs";
import type { ReadStream } from "node:tty";
import { commandName, parseConfiguration } from "@dwld/daemon";
import { layout } from "@dwld/layout";
import { tryDelivery } from "../doctor/ftp/examine-ftp.ts";
import { findingLines, hasFailure } from "../doctor/finding.ts";
import type { MachineCall } from "../run-on-machine.ts";
import { type Flags, gatherAnswers } from "./gather-answers.ts";
import { choosePlace, type Place, writtenPasswordFile } from "./place.ts";
import { settingsText } from "./settings-text.ts";
import { InterruptedError, openTerminal } from "../../command-line/terminal.ts";
import { type NewFile, refuseExisting, writeAll } from "./write-settings.ts";

/**
 * Writes a configuration by the flags and, on a terminal, the answers of the person, once its FTP server was tried.
 * Returns the exit status.
 */
export async function writeConfiguration(
  named: string | undefined,
  { force = false, untried = false, ...flags }: Flags & { force?: boolean; untried?: boolean },
  call: MachineCall,
): Promise<0 | 1> {
  const { stdin, stderr, env, print, complain, untilStopped } = call;
  const signal = untilStopped();
  const command = commandName(process.cwd(), env);
  const place = choosePlace(named, command);
  const template = readFileSync(layout.exampleConfiguration, "utf8");
  if (!force) refuseExisting([place.file, place.passwordFile], template);
  const terminal = stdin.isTTY === true ? openTerminal(stdin as ReadStream, stderr, signal) : undefined;
  const { ftp, password } = await gatherAnswers(flags, terminal, writtenPasswordFile(place));
  const check = `${command} config check ${place.file}`;
  const settings = settingsText(template, { ftp, isUnits: place.isUnits, check, next: place.next });
  const configuration = parseConfiguration(settings, { file: place.file });
  if (configuration.ftp !== undefined && !untried) {
    const findings = await tryDelivery(configuration.ftp, password ?? "", signal);
    if (signal.aborted) throw new InterruptedError();
    print(findingLines(findings));
    if (hasFailure(findings)) {
      complain("nothing was written: mend what is said above and ask again, or write it all the same with --untried");
      complain("a setting that is named above is an option here: --ftp-fingerprint is ftp.tls.fingerprint");
      return 1;
    }
  }
  const files = newFiles(place, settings, password);
  writeAll(files, force || statSync(place.file, { throwIfNoEntry: false }) !== undefined);
  for (const { path } of files) print(`wrote ${path}\n`);
  if (configuration.ftp === undefined) print(`Files stay in ${configuration.worker.downloads}.\n`);
  print(`Next:  ${place.next}\n`);
  return 0;
}

/** Only the owner may read the password; the user dwld may read the settings of the units, too. */
function newFiles({ file, isUnits, passwordFile }: Place, settings: string, password: string | undefined): NewFile[] {
  const groupId = isUnits ? statSync("/var/lib/dwld", { throwIfNoEntry: false })?.gid : undefined;
  return [
    ...(password === undefined ? [] : [{ path: passwordFile, text: `${password}\n`, mode: 0o600 }]),
    groupId === undefined
      ? { path: file, text: settings, mode: 0o600 }
      : { path: file, text: settings, mode: 0o640, groupId },
  ];
}
