import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/**
 * sbom.ts PROGRAM PACKAGE.deb: prints the bill of materials of a release as CycloneDX: the packages that are in the program, by what pnpm
 * knows of them; Node, SQLite, and what the Debian package depends on. Equal inputs make equal bytes.
 */

type Component = {
  readonly name: string;
  readonly version?: string;
  readonly "bom-ref": string;
  readonly externalReferences?: readonly { readonly type: string; readonly hashes?: readonly Hash[] }[];
};
type Hash = { readonly alg: string; readonly content: string };
type Document = {
  readonly metadata: { readonly timestamp: string; readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
};

const [program = "", debianPackage = ""] = process.argv.slice(2);
const root = resolve(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");

const known = JSON.parse(
  execFileSync("pnpm", ["sbom", "--sbom-format", "cyclonedx", "--sbom-spec-version", "1.6", "--prod"], {
    cwd: root,
    encoding: "utf8",
  }),
) as Document;

/** The packages that the bundle and the page have code of. */
function bundled(): Component[] {
  const notices = readFileSync(join(program, "THIRD-PARTY-NOTICES.txt"), "utf8");
  const packages = [...notices.matchAll(/^={80}\n(\S+) (\d\S*):/gm)].map(([, name = "", version = ""]) => ({
    name,
    version,
  }));
  return packages.map(({ name, version }) => {
    const found = known.components.find((one) => one["bom-ref"] === `pkg:npm/${name.replace("@", "%40")}@${version}`);
    if (found === undefined)
      throw new Error(`${name} ${version} is in the program, and pnpm sbom --prod does not know it`);
    return fromAnywhere(found);
  });
}

/** Leaves out from where this machine has a package: its sum says which it is. */
function fromAnywhere({ externalReferences = [], ...component }: Component): Component {
  const hashes = externalReferences.flatMap((reference) => reference.hashes ?? []);
  const others = externalReferences.filter(({ type }) => type !== "distribution");
  return { ...component, ...{ hashes }, ...(others.length > 0 && { externalReferences: others }) };
}

function node(): Component {
  const version = read(".node-version").trim();
  const name = `node-linux-${process.arch}`;
  const sum = new RegExp(`^${RegExp.escape(`${name}@${version}`)} sha512-(\\S+)$`, "m").exec(
    read("tools/programs.txt"),
  )?.[1];
  if (sum === undefined) throw new Error(`tools/programs.txt has no sum of ${name} ${version}`);
  const purl = `pkg:npm/${name}@${version}`;
  return {
    ...{ type: "application", name: "node", version, purl, "bom-ref": purl },
    ...{ hashes: [{ alg: "SHA-512", content: Buffer.from(sum, "base64").toString("hex") }] },
    ...licence("MIT"),
  };
}

/** It is inside better-sqlite3. */
function sqlite(): Component {
  const Database = createRequire(join(root, "packages/queue/package.json"))("better-sqlite3") as new (path: string) => {
    prepare(text: string): { pluck(): { get(): string } };
  };
  const version = new Database(":memory:").prepare("SELECT sqlite_version()").pluck().get();
  const purl = `pkg:generic/sqlite@${version}`;
  return { ...{ type: "library", name: "sqlite", version, purl, "bom-ref": purl }, ...licence("blessing") };
}

/** By name alone: Debian chooses the version, and mends it. */
function ofDebian(): Component[] {
  const depends = execFileSync("dpkg-deb", ["-f", debianPackage, "Depends"], { encoding: "utf8" });
  return depends
    .trim()
    .split(/, */)
    .map((entry) => {
      const name = entry.replace(/[ |(].*/, "");
      const purl = `pkg:deb/debian/${name}?distro=trixie`;
      return { type: "application", name, purl, "bom-ref": purl, description: `of Debian: ${entry}` };
    });
}

function licence(id: string) {
  return { licenses: [{ license: { id } }] };
}

const parts = [...bundled(), node(), sqlite(), ...ofDebian()];
const refs = new Set(parts.map((part) => part["bom-ref"]));
const main = known.metadata.component;
const own = main["bom-ref"];
const document = {
  ...known,
  metadata: {
    ...known.metadata,
    timestamp: new Date(Number(process.env["SOURCE_DATE_EPOCH"]) * 1000).toISOString().replace(".000", ""),
    component: { ...main, type: "application" },
  },
  components: parts,
  // pnpm has no order of its own.
  dependencies: [{ ref: own, dependsOn: [...refs] }, ...known.dependencies.filter(({ ref }) => refs.has(ref))]
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((part) => refs.has(part)).toSorted() }))
    .toSorted((one, other) => (one.ref < other.ref ? -1 : 1)),
};
// A serial number belongs to one content (RFC 9562, version 8).
const hash = createHash("sha256")
  .update(JSON.stringify({ ...document, serialNumber: "" }))
  .digest("hex");
const uuid = [
  hash.slice(0, 8),
  hash.slice(8, 12),
  `8${hash.slice(13, 16)}`,
  `a${hash.slice(17, 20)}`,
  hash.slice(20, 32),
];
process.stdout.write(`${JSON.stringify({ ...document, serialNumber: `urn:uuid:${uuid.join("-")}` }, undefined, 2)}\n`);
