import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { BundledPackages } from "./code.ts";

type Manifest = { name: string; version: string; license?: string };

const rule = "=".repeat(80);

/**
 * Returns the licences of all packages of a bundle, as their authors ask.
 *
 * @param root the checkout.
 * @throws if a package names no licence.
 */
export function licenceNotices(root: string, packages: BundledPackages): string {
  const notices = packages.map((folder) => noticeOf(join(root, folder)));
  return [
    "dwld contains code of others, each under the licence that stands below its name.",
    "better-sqlite3 contains SQLite, which is in the public domain (https://sqlite.org/copyright.html).",
    ...[...new Set(notices)].toSorted(),
  ].join(`\n\n${rule}\n`);
}

function noticeOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
  const texts = readdirSync(folder)
    .filter((file) => /^(licen[cs]e|copying|notice)/i.test(file))
    .toSorted()
    .map((file) => readFileSync(join(folder, file), "utf8").trim());
  if (license === undefined && texts.length === 0) throw new Error(`${name} ${version} names no licence`);
  return [`${name} ${version}: ${license ?? "see below"}`, ...texts].join("\n\n");
}
