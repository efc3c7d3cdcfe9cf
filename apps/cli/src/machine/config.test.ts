import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { dwldCommand } from "@dwld/testbed";
import { runHere } from "../testing/run-here.ts";

const example = join(import.meta.dirname, "../../../../deploy/dwld.yaml");
const folder = mkdtempSync(join(tmpdir(), "dwld-config-"));
after(() => rmSync(folder, { recursive: true }));

const config = (...args: string[]) => runHere(["config", ...args]);

test("config check: the example has no mistakes; with its comments taken in, only files are missing", async () => {
  assert.deepEqual(await config("check", example), { status: 0, stdout: `no mistakes in ${example}\n`, stderr: "" });
  assert.deepEqual(await config("check", "--config", example), await config("check", example));
  const everything = join(folder, "everything.yaml");
  // "# " begins words, "#" alone a setting.
  writeFileSync(everything, readFileSync(example, "utf8").replaceAll(/^#(?! \S)/gm, ""));
  assert.match(readFileSync(everything, "utf8"), /^ftp:\n {2}host: nas\.example$/m);
  const { stderr } = await config("check", everything);
  const named = [...stderr.matchAll(/: (\S+): \S+ does not exist; /g)].map(([, key]) => key);
  assert.deepEqual(named, ["database.passwordFile", "ftp.passwordFile", "register[0].secretFile"], stderr);
  assert.equal(stderr.trim().split("\n").length, 3);
});

test("config check: reads each file that a process would read, and names it with its line if it cannot", async () => {
  const file = join(folder, "files.yaml");
  const at = (name: string, mode: number, text = "secret\n"): string => {
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), mode);
    return name;
  };
  chmodSync(folder, 0o755);
  const check = (password: string, ca: string, cookies: string) => {
    writeFileSync(
      file,
      `ftp:\n  host: nas.example\n  passwordFile: ${password}\n  tls: { mode: explicit, caFile: ${ca} }\nstages:\n  mine: { cookies: ${cookies} }\n`,
    );
    return config("check", file);
  };
  const pem = at("ca.pem", 0o644, "-----BEGIN CERTIFICATE-----\n");
  const cookies = at("cookies.txt", 0o600);
  assert.equal((await check(at("password", 0o600), pem, cookies)).status, 0);
  const wrong = await check("absent", at("text", 0o644), at("open.txt", 0o644));
  assert.equal(wrong.status, 78);
  assert.deepEqual(
    wrong.stderr
      .trim()
      .split("\n")
      .map((line) => /files\.yaml:(\d): (\S+): \S+\/(\S+ [a-z ]+)[,;]/.exec(line)?.slice(1)),
    [
      ["3", "ftp.passwordFile", "absent does not exist"],
      ["4", "ftp.tls.caFile", "text holds no certificate"],
      ["6", "stages.mine.cookies", "open.txt can be read by others"],
    ],
  );
  assert.match((await check(at("empty", 0o600, ""), pem, cookies)).stderr, /empty is empty; write the secret into it/);
  assert.match(
    (await check("password", "gone.pem", "gone")).stderr,
    /gone\.pem does not exist.*\n.*gone does not exist/,
  );
});

test("config check: TLS without a file, with another key, with a passphrase, or in no time of its validity cannot start", async () => {
  const file = join(folder, "tls.yaml");
  const check = (certificate: string, key: string, authority?: string) => {
    const files = { certificateFile: certificate, keyFile: key, clientCaFile: authority };
    writeFileSync(file, JSON.stringify({ api: { tls: files } }));
    return config("check", file);
  };
  const openssl = (...args: string[]) => assert.equal(spawnSync("openssl", args, { cwd: folder }).status, 0);
  const request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const dates = {
    good: ["-days", "30"],
    past: ["-not_before", "20200101000000Z", "-not_after", "20200201000000Z"],
    future: ["-not_before", "20990101000000Z", "-not_after", "20990201000000Z"],
  };
  for (const [name, validity] of Object.entries(dates))
    openssl(...request, "-subj", "/CN=nas", ...validity, "-keyout", `${name}.key`, "-out", `${name}.crt`);
  openssl("pkey", "-in", "good.key", "-aes256", "-passout", "pass:x", "-out", "locked.key");
  assert.equal((await check("good.crt", "good.key")).status, 0);
  assert.equal((await check("good.crt", "good.key", "good.crt")).status, 0);
  const wrong: [certificate: string, key: string, message: RegExp, authority?: string][] = [
    ["absent", "good.key", /api\.tls\.certificateFile: \S+absent does not exist; make it with `dwld tls self-signed`/],
    ["good.crt", "absent", /api\.tls\.keyFile: \S+absent does not exist/],
    ["good.key", "good.key", /\S+good\.key holds no certificate/],
    ["good.crt", "good.crt", /keyFile: \S+good\.crt holds no private key/],
    ["good.crt", "past.key", /keyFile: \S+past\.key is not the key of the certificate in \S+good\.crt/],
    ["good.crt", "locked.key", /keyFile: \S+locked\.key has a passphrase/],
    ["past.crt", "past.key", /certificateFile: \S+past\.crt has expired on 2020-02-01/],
    ["future.crt", "future.key", /certificateFile: \S+future\.crt is not valid before 2099-01-01/],
    [
      "good.crt",
      "good.key",
      /clientCaFile: \S+locked\.key holds no certificate; name a PEM file of the auth/,
      "locked.key",
    ],
    ["good.crt", "good.key", /clientCaFile: \S+absent does not exist; make it/, "absent"],
  ];
  for (const [certificate, key, message, authority] of wrong) {
    const { status, stderr } = await check(certificate, key, authority);
    assert.equal(status, 78);
    assert.match(stderr, message);
    assert.equal(stderr.trim().split("\n").length, 1);
  }
});

test("config check: a pipe is read once, and what it names is looked at", () => {
  const { status, stderr } = spawnSync("sh", ["-c", 'cat | "$0" config check /dev/stdin', dwldCommand], {
    input: `stages:\n  mine: { cookies: ${join(folder, "absent.txt")} }\n`,
    encoding: "utf8",
  });
  assert.equal(status, 78);
  assert.match(stderr, /:2: stages\.mine\.cookies: \S+absent\.txt does not exist/);
});

test("config check: names every mistake with its line, for a person and as JSON", async () => {
  const file = join(folder, "wrong.yaml");
  writeFileSync(file, "ftp:\n  hots: nas\nworker: { parallel: 0 }\n");
  const { status, stdout, stderr } = await config("check", file);
  assert.deepEqual([status, stdout], [78, ""]);
  assert.match(stderr, /^dwld config check: .*wrong\.yaml:2: ftp\.hots: there is no such key; did you mean host\?$/m);
  assert.match(stderr, /wrong\.yaml:3: worker\.parallel: 0 is too small/);
  const json = await config("check", "--json", file);
  assert.equal(json.status, 78);
  const { mistakes } = JSON.parse(json.stdout) as { mistakes: { path: string; line: number }[] };
  assert.ok(mistakes.some(({ path, line }) => path === "worker.parallel" && line === 3));
});

test("config show: has the defaults filled in", async () => {
  const { status, stdout } = await config("show", example);
  assert.equal(status, 0);
  assert.match(stdout, /^ {4}playlistEntries: 100$/m);
});

test("config schema: has every section", async () => {
  const schema = JSON.parse((await config("schema")).stdout) as { properties: Record<string, unknown> };
  for (const section of ["worker", "ftp", "stages", "sites", "register"]) assert.ok(section in schema.properties);
});

test("config: an unknown subcommand is named", async () => {
  assert.match((await config("chek")).stderr, /unknown command 'chek'.*Did you mean check\?/);
  assert.equal((await config()).status, 2);
});
