import { resolve } from "node:path";

/** Makes the path under `key` absolute, if there is one. */
export function withAbsolute<Section extends object>(section: Section, key: keyof Section, folder: string): Section {
  const path = section[key];
  return typeof path === "string" ? { ...section, [key]: resolve(folder, path) } : section;
}
