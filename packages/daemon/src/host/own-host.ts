import { randomUUID } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { errorCode, errorText } from "@dwld/text";
import * as z from "zod";
import { ConfigurationError } from "../configuration/configuration-error.ts";
import type { FixedConfiguration } from "../reload/fixed-keys.ts";

/** The name of this host in the task table, that of its shared folder or "", and the id of its data folder. */
export type OwnHost = { readonly name: string; readonly shared: string; readonly dataId: string };

const remembered = z.object({ name: z.string().min(1), id: z.string().min(1) });

/**
 * Returns this host as the task table knows it. Its name is `host` of the configuration, else the hostname that the machine
 * had when dwld first started with this data folder: files are found again although the hostname changes, and a container
 * with the same volume is the same host.
 *
 * @throws ConfigurationError if the name cannot be remembered, or what was remembered cannot be read.
 */
export function ownHost({ data, host, worker }: Pick<FixedConfiguration, "data" | "host" | "worker">): OwnHost {
  const { name, id } = rememberHost(data, host ?? (hostname() || "localhost"));
  return { name: host ?? name, shared: worker.shared ?? "", dataId: id };
}

function rememberHost(data: string, name: string): z.output<typeof remembered> {
  const file = join(data, "host.json");
  return readHost(file) ?? writeHost(file, { data, name });
}

function writeHost(file: string, { data, name }: { data: string; name: string }): z.output<typeof remembered> {
  const mine = { name, id: randomUUID() };
  const draft = `${file}.${mine.id}`;
  try {
    makeFolder(data);
    writeFileSync(draft, `${JSON.stringify(mine)}\n`, { flag: "wx", mode: 0o640 });
    try {
      linkSync(draft, file);
    } finally {
      rmSync(draft, { force: true });
    }
  } catch (error) {
    // Another process was faster.
    const theirs = errorCode(error) === "EEXIST" ? readHost(file) : undefined;
    if (theirs !== undefined) return theirs;
    const remedy = "make the folder of `data` writable to the user that dwld runs as";
    throw ConfigurationError.ofFile(file, `cannot be written (${errorText(error)})`, remedy);
  }
  return mine;
}

/** Makes a folder step by step: Node's own `recursive` never ends if a parent answers ENOENT for ever, as /proc does (24.21). */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o750 });
  } catch (error) {
    // Another process was faster.
    if (!existsSync(folder)) throw error;
  }
}

/** Returns undefined if nothing was remembered yet. */
function readHost(file: string): z.output<typeof remembered> | undefined {
  try {
    return remembered.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    const why = errorCode(error) === "" ? "is not what dwld wrote" : `cannot be read (${errorText(error)})`;
    throw ConfigurationError.ofFile(
      file,
      why,
      'write {"name": "NAME", "id": "1"} into it, with the name that `dwld hosts` shows for this machine',
    );
  }
}
