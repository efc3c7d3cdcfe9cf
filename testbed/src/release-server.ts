import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execa } from "execa";

/** Answers in place of the server; false: it does not. `path` is below /releases. */
export type Lie = (path: string, response: ServerResponse, request: IncomingMessage) => boolean;

/** A server of releases of yt-dlp, with the addresses of GitHub. */
export interface ReleaseServer extends AsyncDisposable {
  /** For worker.ytdlp.update.mirror. */
  readonly url: string;
  /** The public key of its releases, made for this run. */
  readonly keyFile: string;
  /** The paths that were asked for, oldest first. */
  readonly asked: readonly string[];
  /**
   * Publishes a release, which is the newest from now on.
   *
   * @param additions text that is added to the end of files of the program, and further files; "link:NAME" is a symbolic link.
   */
  publish(version: string, additions?: Readonly<Record<string, string>>): Promise<void>;
  /** Makes the server lie from the next request on; undefined: no more. */
  lie(lie: Lie | undefined): void;
  /** Returns a file of a release. */
  file(version: string, name: "yt-dlp" | "SHA2-256SUMS" | "SHA2-256SUMS.sig"): Promise<Buffer>;
  /** Signs bytes as the releases are signed. */
  sign(bytes: Buffer): Promise<Buffer>;
}

/** Python code that breaks the site with this host, as a change of the site would. */
export function breaksSite(host: string): Record<string, string> {
  return {
    "yt_dlp/extractor/generic.py": `
_extract_of_release = GenericIE._real_extract


def _extract_broken(self, url):
    if '//${host}' in url:
        raise ExtractorError('Unable to extract player data')
    return _extract_of_release(self, url)


GenericIE._real_extract = _extract_broken
`,
  };
}

const ownPackages = resolve(import.meta.dirname, "../../.tools/yt-dlp/usr/lib/python3/dist-packages");
const packages = existsSync(ownPackages) ? ownPackages : "/usr/lib/python3/dist-packages";

export async function startReleaseServer(): Promise<ReleaseServer> {
  const folder = await mkdtemp(join(tmpdir(), "dwld-releases-"));
  const home = join(folder, "gnupg");
  await mkdir(home, { mode: 0o700 });
  const gpg = async (...words: string[]) =>
    await execa("gpg", [
      "--homedir",
      home,
      "--batch",
      "--quiet",
      "--passphrase",
      "",
      "--pinentry-mode",
      "loopback",
      ...words,
    ]);
  await gpg("--quick-generate-key", "releases of a test", "ed25519", "sign", "never");
  const keyFile = join(folder, "key.asc");
  await gpg("--armor", "--output", keyFile, "--export");
  let count = 0;
  const sign = async (bytes: Buffer) => {
    const file = join(folder, `to-sign-${(count += 1)}`);
    await writeFile(file, bytes);
    await gpg("--detach-sign", "--output", `${file}.sig`, file);
    return await readFile(`${file}.sig`);
  };

  const asked: string[] = [];
  let newest = "";
  let lie: Lie | undefined;
  const file: ReleaseServer["file"] = async (version, name) => await readFile(join(folder, version, name));
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? "").replace(/^\/releases\//, "");
    asked.push(path);
    if (lie?.(path, response, request) === true) return;
    if (path === "latest") return void response.writeHead(302, { Location: `/releases/tag/${newest}` }).end();
    const [, version = "", name = ""] = /^download\/([\d.]+)\/([\w.-]+)$/.exec(path) ?? [];
    const bytes = await readFile(join(folder, version, name)).catch(() => undefined);
    if (bytes === undefined) response.writeHead(404).end();
    else response.writeHead(200, { "Content-Length": bytes.length }).end(bytes);
  };
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    keyFile,
    asked,
    publish: async (version, additions = {}) => {
      const release = join(folder, version);
      await mkdir(release);
      const maker = join(import.meta.dirname, "fixtures/make_release.py");
      const program = join(release, "yt-dlp");
      await execa("/usr/bin/python3", [maker, packages, program, version, JSON.stringify(additions)]);
      const sum = createHash("sha256")
        .update(await readFile(program))
        .digest("hex");
      const sums = Buffer.from(`${"0".repeat(64)}  yt-dlp.exe\n${sum}  yt-dlp\n`);
      await writeFile(join(release, "SHA2-256SUMS"), sums);
      await writeFile(join(release, "SHA2-256SUMS.sig"), await sign(sums));
      newest = version;
    },
    lie: (next) => {
      lie = next;
    },
    file,
    sign,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
      await execa("gpgconf", ["--homedir", home, "--kill", "gpg-agent"], { reject: false });
      await rm(folder, { recursive: true, force: true });
    },
  };
}
