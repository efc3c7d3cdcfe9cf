import { join } from "node:path";
import { readYaml } from "./yaml-document.ts";

/** The keys that lead to files which processes write, beside `data`. */
const writtenPaths = [
  ["api", "socket"],
  ["worker", "downloads"],
  ["worker", "shared"],
] as const;

/**
 * Returns the text of a configuration in YAML with an empty task table and all that is written in another folder, for a
 * start that is to touch nothing. Where it leads over the network, it leads as before.
 *
 * @param text a configuration without mistakes.
 */
export function rehearsedConfiguration(text: string, folder: string): string {
  const settings = {
    ...asSection(readYaml(text).value),
    data: folder,
    database: { path: join(folder, "dwld.sqlite") },
  };
  // JSON is YAML.
  return JSON.stringify(writtenPaths.reduce(without, settings));
}

function without(settings: Section, [section, key]: readonly [string, string]): Section {
  const { [key]: _, ...kept } = asSection(settings[section]);
  return { ...settings, [section]: kept };
}

type Section = Record<string, unknown>;

/** A section whose lines are all commented out is null. */
function asSection(value: unknown): Section {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
