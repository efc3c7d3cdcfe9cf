import assert from "node:assert/strict";
import { once } from "node:events";
import { watch } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import {
  type Certificate,
  eventually,
  isThorough,
  makeCertificate,
  type SampleSite,
  startSampleSite,
} from "@dwld/testbed";
import { emptyStage } from "@dwld/daemon";
import { defaultOptions } from "@dwld/options";
import { newestProgram, programs } from "../../scenarios/testing/against-site.ts";
import { findProgram } from "../../process/program-file.ts";
import { followProgram } from "../../process/follow.ts";
import { spawnProgram, type SpawnedProgram } from "../../process/spawn.ts";
import { downloadArguments } from "../arguments.ts";
import { ForkServer } from "./fork-server.ts";
import { findPythonProgram, type PythonProgram } from "./python-program.ts";

/** Compares runs of a loaded yt-dlp, which has memories, with the program alone, which has none. */

const never = new AbortController().signal;
const path = process.env["PATH"] ?? "";
const always = ["--ignore-config", "--no-plugin-dirs", "--no-cache-dir", "--no-progress"];
const extracting = `--plugin-dirs=${join(import.meta.dirname, "testing/extracting-plugin")}`;

/** Starts a site by HTTPS whose page is a video with the name of its visitor, by the visitor's certificate. */
async function startSecureSite({ certificateFile, keyFile }: Certificate) {
  const options = { cert: await readFile(certificateFile), key: await readFile(keyFile) };
  const server = createServer({ ...options, requestCert: true, rejectUnauthorized: false }, (request, response) => {
    const { subject } = (request.socket as TLSSocket).getPeerCertificate();
    const title = `visited by ${String(subject?.CN ?? "nobody")}`;
    response.writeHead(200, { "Content-Type": "text/html" });
    response.end(`<title>${title}</title><video><source src="/video.mp4" type="video/mp4"></video>`);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { link: `https://localhost:${(server.address() as AddressInfo).port}/`, close };
}

const withoutAddresses = (lines: string[]) => lines.map((line) => line.replaceAll(/\b0x[0-9a-f]+/g, "ADDRESS"));

async function follow(program: SpawnedProgram) {
  const written = { stdout: [] as string[], stderr: [] as string[] };
  const exit = await followProgram(program, { signal: never, onLine: ({ from, text }) => written[from].push(text) });
  return { ...exit, ...written };
}

for (const name of programs)
  describe(`memories of ${name}`, () => {
    const only = { skip: !newestProgram.some((newest) => newest === name) };
    let folder = "";
    let authorities = "";
    let certificate: Certificate;
    let program: PythonProgram;
    let server: ForkServer;
    let site: SampleSite;
    let secure: Awaited<ReturnType<typeof startSecureSite>>;
    let env: Record<string, string>;

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), "dwld-memories-"));
      certificate = await makeCertificate(folder);
      secure = await startSecureSite(certificate);
      site = await startSampleSite({ videos: [{ name: "small" }] });
      // The authorities that this Python trusts, in a file of the test.
      authorities = join(folder, "authorities.pem");
      await writeFile(authorities, await readFile("/etc/ssl/certs/ca-certificates.crt"));
      await writeFile(
        join(folder, "certifi.py"),
        `__version__ = "1"\ndef where():\n    return ${JSON.stringify(authorities)}\n`,
      );
      env = {
        PATH: path,
        PYTHONPATH: folder,
        PYTHONDONTWRITEBYTECODE: "1",
        HOME: folder,
        LANG: "C.UTF-8",
        PYTHONUNBUFFERED: "1",
      };
      const found = await findPythonProgram([(await findProgram(name, path)) ?? ""], path);
      assert.ok(found, "it is a program of Python");
      program = found;
      server = new ForkServer(program, env);
    });
    after(async () => {
      await server.close();
      await site.close();
      secure.close();
      await rm(folder, { recursive: true });
    });

    type Difference = Record<string, string>;

    const forked = async (words: string[], cwd: string, different: Difference = {}) =>
      await follow(await server.start({ arguments: words, cwd, env: { ...env, ...different } }));

    const alone = async (words: string[], cwd: string, different: Difference = {}) => {
      const argv = [...program.interpreter, program.file, ...words] as [string, ...string[]];
      return await follow(spawnProgram({ argv, cwd, env: { ...env, ...different } }));
    };

    /** Runs it in both ways, and returns what it wrote if both wrote, ended and left files alike. */
    async function run(words: string[], different: Difference = {}, visible = withoutAddresses) {
      const [one, other] = await Promise.all(
        [alone, forked].map(async (begin, index) => {
          const cwd = join(folder, `cwd-${index}`);
          await mkdir(cwd);
          const ended = await begin([...always, ...words], cwd, different);
          const files = await Promise.all(
            (await readdir(cwd)).map(async (file) => [file, await readFile(join(cwd, file), "hex")]),
          );
          await rm(cwd, { recursive: true });
          const [stdout, stderr] = [visible(ended.stdout), visible(ended.stderr)];
          return { ...ended, stdout, stderr, files };
        }),
      );
      assert.deepEqual(other, one);
      return { ...other, said: [...(other?.stdout ?? []), ...(other?.stderr ?? [])].join("\n") };
    }

    test("none is left out", async () => {
      const { memories, leftOut } = await server.loaded;
      assert.deepEqual(leftOut, {});
      assert.equal(memories.length, 7);
    });

    test("several links: a video, a refused certificate, a refused connection, and an unknown link", async () => {
      const links = [site.pageLink("small"), secure.link, "http://127.0.0.1:1/", "made-up:nothing"];
      const { said, exitCode, files } = await run(["--verbose", "--ignore-errors", ...links]);
      assert.equal(exitCode, 1);
      assert.equal(files?.length, 1);
      for (const expected of [
        /CERTIFICATE_VERIFY_FAILED/,
        /Connection refused/,
        /Loaded \d+ extractors/,
        /\[debug\] Python 3/,
      ])
        assert.match(said, expected);
    });

    test("a run as dwld makes it compiles no pattern anew", async () => {
      const folders = { home: join(folder, "h"), temp: join(folder, "t"), cache: join(folder, "c"), cookies: "" };
      const request = { link: site.pageLink("small"), targetQuality: 720, options: defaultOptions };
      const ytdlp = { options: new Set<string>(), challengeSolver: true };
      const asDwld = downloadArguments(request, { ytdlp, stage: emptyStage, folders, marker: "dwld" });
      const counting = `--plugin-dirs=${join(import.meta.dirname, "testing/counting-plugin")}`;
      const { stdout, exitCode } = await forked([counting, ...asDwld], folder);
      assert.equal(exitCode, 0);
      assert.deepEqual(JSON.parse(stdout.at(-1) ?? ""), []);
    });

    test("a plugin's extractor is used, and others left out", only, async () => {
      const { said } = await run([
        extracting,
        "--use-extractors=madeup,generic",
        "--simulate",
        "--print=title",
        "--verbose",
        "made-up:x",
      ]);
      assert.match(said, /^made up[^]*Loaded 2 extractors/);
    });

    test("an authority that is trusted from now on", only, async () => {
      const words = ["--print=title", secure.link];
      assert.match((await run(words)).said, /CERTIFICATE_VERIFY_FAILED/);
      const ordinary = await readFile(authorities);
      await writeFile(authorities, await readFile(certificate.certificateFile));
      assert.match((await run(words)).said, /^visited by nobody/m);
      await writeFile(authorities, ordinary);
    });

    const client = () => [
      `--client-certificate=${certificate.certificateFile}`,
      `--client-certificate-key=${certificate.keyFile}`,
    ];
    type Case = { words: () => string[]; different?: () => Difference; says: RegExp; lastLine?: true };
    /** One of each memory: trust store, certificates, options, system. */
    const usual: Record<string, Case> = {
      "authorities by SSL_CERT_FILE": {
        words: () => ["--compat-options=no-certifi", "--print=title", secure.link],
        different: () => ({ SSL_CERT_FILE: certificate.certificateFile }),
        says: /^visited by nobody/m,
      },
      "any certificate, one of the client's own, and old servers": {
        words: () => ["--no-check-certificates", "--legacy-server-connect", ...client(), "--print=title", secure.link],
        says: /^visited by localhost/m,
      },
      "--help on a narrow terminal": {
        words: () => ["--help"],
        different: () => ({ COLUMNS: "60" }),
        says: /--version/,
      },
      "programs of another PATH": {
        words: () => ["--verbose", "http://127.0.0.1:1/"],
        different: () => ({ PATH: "/nowhere" }),
        says: /exe versions: none/,
      },
    };
    const further: Record<string, Case> = {
      "--list-extractors": { words: () => ["--list-extractors"], says: /^generic$/m },
      "--use-extractors with a wrong pattern": {
        words: () => ["--use-extractors=(", secure.link],
        says: /Wrong regex/,
        lastLine: true,
      },
      "an unknown option": { words: () => ["--no-such-option"], says: /no such option/ },
    };
    for (const [what, { words, different = () => ({}), says, lastLine }] of Object.entries(
      isThorough ? { ...usual, ...further } : usual,
    ))
      test(what, only, async () => {
        // The trace of a defect begins in the program alone, or in the server.
        const visible = lastLine === true ? (lines: string[]) => lines.slice(-1) : withoutAddresses;
        assert.match((await run(words(), different(), visible)).said, says);
      });
  });

test("memories: a yt-dlp that is built otherwise is used without them", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "dwld-rebuilt-"));
  t.after(() => rm(folder, { recursive: true }));
  const tree = join(import.meta.dirname, "../../../../../.tools/yt-dlp/usr/lib/python3/dist-packages");
  const rebuilt = `#!/usr/bin/python3
import os, sys
sys.path.insert(0, ${JSON.stringify(tree)})
import yt_dlp, yt_dlp.options, yt_dlp.networking.common as common
youtube_dl = sys.modules["yt_dlp.YoutubeDL"]

choose = youtube_dl.orderedSet_from_options
def choose_by_mood(options, alias_dict, *, use_regex=False, start=None):
    return choose(options, alias_dict, use_regex=use_regex, start=start)
youtube_dl.orderedSet_from_options = choose_by_mood

make = common.make_ssl_context
common.make_ssl_context = lambda verify, **rest: make(verify, **rest)

create = yt_dlp.options.create_parser
yt_dlp.options.create_parser = lambda: os.environ.copy() and create()

identify = yt_dlp.utils.system_identifier
yt_dlp.utils.system_identifier = lambda: identify()

del common.Response

if __name__ == "__main__":
    yt_dlp.main()
`;
  const file = join(folder, "rebuilt");
  await writeFile(file, rebuilt, { mode: 0o755 });
  const server = new ForkServer({ interpreter: ["/usr/bin/python3"], file }, { PATH: path });
  t.after(() => server.close());
  const { memories, leftOut } = await server.loaded;
  assert.deepEqual(memories, ["patterns", "references"]);
  assert.deepEqual(leftOut, {
    extractors: "Misfit: choose_by_mood uses choose",
    "trust store": "TypeError: <lambda>() missing 1 required positional argument: 'verify'",
    options: "Misfit: it reads the whole environment",
    system: "Misfit: system_identifier is not kept",
    rehearsal: "RuntimeError: its process ended with status 1",
  });
  const words = ["--verbose", "http://127.0.0.1:1/"];
  const ended = await follow(
    await server.start({ arguments: [...always, ...words], cwd: folder, env: { PATH: path } }),
  );
  assert.match(ended.stderr.join("\n"), /Loaded \d{4} extractors[^]*Connection refused/);
});

test("memories: a server that is killed while it rehearses leaves no files", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "dwld-rehearsal-"));
  t.after(() => rm(folder, { recursive: true }));
  const program = await findPythonProgram([(await findProgram(programs[0], path)) ?? ""], path);
  assert.ok(program);
  const watcher = watch(folder);
  const server = new ForkServer(program, { PATH: path, TMPDIR: folder });
  // Python first tries the folder with a file of another name.
  let made = "";
  while (!made.startsWith("tmp")) [, made] = (await once(watcher, "change")) as [string, string];
  watcher.close();
  // The process that made the folder has begun.
  const inside = watch(join(folder, made));
  await once(inside, "change");
  inside.close();
  await server.close();
  await eventually("the folder is empty", async () => (await readdir(folder)).length === 0);
});
