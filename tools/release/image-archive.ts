import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, mkdirSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";

/**
 * image-archive.ts ROOT.tar FOLDER VERSION: makes of the files of a root an image in a folder, by the image layout of OCI.
 *
 * Manifest and configuration have Docker's types, which differ from OCI's by one field that is wanted here: `Healthcheck`. The
 * same tar makes the same bytes.
 */

const [tar = "", folder = "", version = ""] = process.argv.slice(2);
const created = new Date(Number(process.env["SOURCE_DATE_EPOCH"]) * 1000).toISOString();
const architecture = process.arch === "x64" ? "amd64" : process.arch;
const types = "application/vnd.docker";

type Blob = { readonly mediaType: string; readonly size: number; readonly digest: string };

mkdirSync(join(folder, "blobs/sha256"), { recursive: true });

function pathOf(digest: string): string {
  return `blobs/${digest.replace(":", "/")}`;
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return `sha256:${hash.digest("hex")}`;
}

async function layerBlob(): Promise<Blob> {
  const file = join(folder, "layer");
  await pipeline(createReadStream(tar), createGzip({ level: 6 }), createWriteStream(file));
  const digest = await digestOf(file);
  const place = join(folder, pathOf(digest));
  renameSync(file, place);
  const { size } = statSync(place);
  return { mediaType: `${types}.image.rootfs.diff.tar.gzip`, size, digest };
}

function jsonBlob(mediaType: string, value: unknown): Blob {
  const text = JSON.stringify(value);
  const digest = `sha256:${createHash("sha256").update(text).digest("hex")}`;
  writeFileSync(join(folder, pathOf(digest)), text);
  return { mediaType, size: Buffer.byteLength(text), digest };
}

const seconds = (count: number) => count * 1_000_000_000;

const config = {
  // tini reaps what outlives its parent, and hands signals on.
  Entrypoint: ["/usr/bin/tini", "--", "/usr/bin/dwld"],
  Cmd: ["up"],
  User: "1000:1000",
  WorkingDir: "/data",
  Env: ["PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8", "DWLD_DATA=/data"],
  Volumes: { "/data": {} },
  ExposedPorts: { "8888/tcp": {}, "8890/tcp": {} },
  StopSignal: "SIGTERM",
  Healthcheck: {
    Test: ["CMD", "dwld-health"],
    Interval: seconds(30),
    Timeout: seconds(10),
    StartPeriod: seconds(60),
    Retries: 3,
  },
  Labels: {
    "org.opencontainers.image.title": "dwld",
    "org.opencontainers.image.description": "Give it a link, and the video arrives on your FTP server, verified",
    "org.opencontainers.image.version": version,
    "org.opencontainers.image.created": created,
    "org.opencontainers.image.licenses": "MIT",
  },
};

const layer = await layerBlob();
const configBlob = jsonBlob(`${types}.container.image.v1+json`, {
  architecture,
  os: "linux",
  created,
  config,
  rootfs: { type: "layers", diff_ids: [await digestOf(tar)] },
  history: [{ created, created_by: "make image" }],
});
const manifestType = `${types}.distribution.manifest.v2+json`;
const manifest = jsonBlob(manifestType, {
  schemaVersion: 2,
  mediaType: manifestType,
  config: configBlob,
  layers: [layer],
});
const name = `docker.io/library/dwld:${version}`;
const annotations = { "io.containerd.image.name": name, "org.opencontainers.image.ref.name": version };
writeFileSync(join(folder, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
writeFileSync(
  join(folder, "index.json"),
  JSON.stringify({
    schemaVersion: 2,
    manifests: [{ ...manifest, annotations, platform: { architecture, os: "linux" } }],
  }),
);
// For docker load before it knew the layout of OCI.
writeFileSync(
  join(folder, "manifest.json"),
  JSON.stringify([
    { Config: pathOf(configBlob.digest), RepoTags: [`dwld:${version}`], Layers: [pathOf(layer.digest)] },
  ]),
);
