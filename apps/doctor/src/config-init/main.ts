import { readFileSync, statSync } from "node:fs";
import { commandName, parseConfiguration, runMachineCommand } from "@dwld/daemon";
import { gatherAnswers } from "./gather-answers.ts";
import { choosePlace, exampleFile, type Place, writtenPasswordFile } from "./place.ts";
import { settingsText } from "./settings-text.ts";
import { openTerminal } from "./terminal.ts";
import { tryServer } from "./try-server.ts";
import { usage } from "./usage.ts";
import { type NewFile, refuseExisting, writeAll } from "./write-settings.ts";

const text = { type: "string" } as const;
const flag = { type: "boolean" } as const;

await runMachineCommand(
  {
    name: "config init",
    usage,
    options: {
      ...{ ftp: text, "ftp-port": text, "ftp-user": text, "ftp-password-file": text, "ftp-directory": text },
      ...{ "ftp-tls": text, "ftp-fingerprint": text },
      ...{ "no-ftp": flag, untried: flag, force: flag },
    },
    words: { min: 0, max: 1 },
    stoppable: true,
  },
  async ({ values, words: [named], env, print, complain, signal }) => {
    const command = commandName(process.cwd(), env);
    const place = choosePlace(named, command);
    const { force = false, untried = false } = values;
    const template = readFileSync(exampleFile, "utf8");
    if (!force) refuseExisting([place.file, place.passwordFile], template);
    const terminal = process.stdin.isTTY ? openTerminal(process.stdin, process.stderr, signal) : undefined;
    const { ftp, password } = await gatherAnswers(values, terminal, writtenPasswordFile(place));
    const check = `${command} config check ${place.file}`;
    const settings = settingsText(template, { ftp, isUnits: place.isUnits, check, next: place.next });
    const configuration = parseConfiguration(settings, { file: place.file });
    if (ftp !== undefined && !untried && !(await tryServer({ settings, password, place }, { env, print, signal }))) {
      complain(`nothing was written: mend what is said above and ask again, or write it all the same with --untried`);
      return 1;
    }
    const files = newFiles(place, settings, password);
    writeAll(files, force || statSync(place.file, { throwIfNoEntry: false }) !== undefined);
    for (const { path } of files) print(`wrote ${path}\n`);
    if (configuration.ftp === undefined) print(`Files stay in ${configuration.worker.downloads}.\n`);
    print(`Next:  ${place.next}\n`);
    return 0;
  },
);

/** The password is its owner's alone; the settings of the units are for the user dwld to read too. */
function newFiles({ file, isUnits, passwordFile }: Place, settings: string, password: string | undefined): NewFile[] {
  const groupId = isUnits ? statSync("/var/lib/dwld", { throwIfNoEntry: false })?.gid : undefined;
  return [
    ...(password === undefined ? [] : [{ path: passwordFile, text: `${password}\n`, mode: 0o600 }]),
    groupId === undefined
      ? { path: file, text: settings, mode: 0o600 }
      : { path: file, text: settings, mode: 0o640, groupId },
  ];
}
