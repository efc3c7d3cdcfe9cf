import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { places } from "@dwld/layout/places";
import { dashboard } from "../../deploy/observability/dashboard.ts";
import { buildPage } from "../../apps/web/build.ts";
import { bundleCode, packagesOf } from "./code.ts";
import { licenceNotices } from "./notices.ts";

/**
 * main.ts FOLDER: makes an installation of this checkout in a folder, without Node and yt-dlp, which go into its `.tools`.
 *
 *   bin/dwld                 the command
 *   lib/                     the code (code.ts)
 *   share/                   what the code reads: packages/layout/src/places.ts
 *   share/observability/     for Prometheus and Grafana
 *   docs/, README.md ...     the documents
 *   THIRD-PARTY-NOTICES.txt  the licences of the packages in lib/ and of the page
 */

const watching = "deploy/observability";
const [target] = process.argv.slice(2);
if (target === undefined) {
  console.error("usage: node tools/bundle/main.ts FOLDER");
  process.exit(2);
}
const root = resolve(import.meta.dirname, "../..");
const folder = resolve(target);
rmSync(folder, { recursive: true, force: true });

const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
const packages = await bundleCode(root, join(folder, "lib"), version);
writeFileSync(join(folder, "lib/package.json"), '{ "type": "module" }\n');
const { page, ...copied } = places;
for (const { checkout, installation } of Object.values(copied)) place(checkout, installation);
// Built here and not copied, so that it is that of these sources.
const pageInputs = await buildPage(join(folder, page.installation));
const ofPage = packagesOf(pageInputs.map((path) => join("apps/web", path)));
writeFileSync(join(folder, "THIRD-PARTY-NOTICES.txt"), licenceNotices(root, [...packages, ...ofPage]));
for (const file of ["alerts.yaml", "prometheus.yaml"]) place(join(watching, file), join("share/observability", file));
writeFileSync(join(folder, "share/observability/dashboard.json"), `${JSON.stringify(dashboard, undefined, 2)}\n`);
for (const document of ["README.md", "CHANGELOG.md", "LICENSE", "docs"]) place(document, document);
chmodSync(folder, 0o755);

/** Copies a file or folder, without code and what only tests read. */
function place(from: string, to: string): void {
  mkdirSync(dirname(join(folder, to)), { recursive: true });
  cpSync(join(root, from), join(folder, to), {
    recursive: true,
    filter: (path) => !/\.ts$|^(testing|fixtures?|__pycache__)$/.test(basename(path)),
  });
}
