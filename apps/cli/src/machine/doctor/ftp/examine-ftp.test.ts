import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { runHere } from "../../../testing/run-here.ts";
import type { Finding } from "../finding.ts";
import { type FtpServer, freePort, startProftpd, startScriptedFtp, startVsftpd } from "@dwld/testbed";

let folder = "";
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "dwld-doctor-"));
});
after(() => rm(folder, { recursive: true }));

async function doctor(configuration: object, ...options: string[]) {
  const file = join(folder, `${configurations++}.yaml`);
  // JSON is YAML.
  await writeFile(file, JSON.stringify({ data: join(folder, "data"), ...configuration }));
  return await runHere(["doctor", "ftp", "--config", file, ...options]);
}
let configurations = 0;

async function examine(ftp: object): Promise<{ status: number; findings: Finding[] }> {
  const { status, stdout, stderr } = await doctor({ ftp }, "--json");
  assert.equal(stderr, "");
  return { status, findings: (JSON.parse(stdout) as { findings: Finding[] }).findings };
}

/** Returns a hexadecimal digit that is not this one, so that no hash stays the same. */
const otherDigit = (digit: string): string => (15 - Number.parseInt(digit, 16)).toString(16);

const levels = (findings: readonly Finding[]) =>
  Object.fromEntries(findings.map(({ subject, level }) => [subject, level]));
const subjects = [
  "login",
  "TLS",
  "abilities",
  "folder",
  "write",
  "size",
  "read back",
  "hash",
  "names",
  "resume",
  "remove",
];
const allOk = Object.fromEntries(subjects.map((subject) => [subject, "ok"]));

describe("dwld doctor ftp", { concurrency: 3 }, () => {
  for (const [name, start] of [
    ["vsftpd", startVsftpd],
    ["ProFTPD", startProftpd],
  ] as const)
    test(`doctor ftp: takes every step with ${name}, and leaves nothing on the server`, async () => {
      await using server = await start();
      const { status, findings } = await examine({ ...server.configuration, directory: `${server.directory}/a/b` });
      assert.deepEqual(levels(findings), allOk);
      assert.equal(status, 0);
      assert.deepEqual(await readdir(join(server.root, "a/b")), []);
      assert.match(findings.map(({ message }) => message).join("\n"), /announces .*REST, SIZE/);
    });

  test("doctor ftp: shows TLS with the certificate, and warns before it expires", async () => {
    await using server = await startProftpd({ tls: "explicit" });
    const { status, findings } = await examine(server.configuration);
    assert.deepEqual(levels(findings), { ...allOk, TLS: "warning" });
    assert.ok(findings[1]?.message.includes(server.fingerprint));
    assert.match(findings[1]?.message ?? "", /^TLSv1\.3; subject localhost, .*; days left: 1$/);
    assert.equal(status, 0);
  });

  const broken: { what: string; change: (server: FtpServer) => Promise<object>; subject: string; remedy: RegExp }[] = [
    {
      what: "an unknown certificate",
      change: async ({ tls }) => ({ tls: { mode: tls } }),
      subject: "login",
      remedy: /ftp\.tls\.fingerprint: "([\dA-F]{2}:){31}/,
    },
    {
      what: "a wrong password",
      change: async (server) => (await server.changePassword("another"), {}),
      subject: "login",
      remedy: /ftp\.passwordFile/,
    },
    {
      what: "a folder without the right to write",
      change: async (server) => (await server.setWritable(false), {}),
      subject: "write",
      remedy: /ftp\.directory/,
    },
    {
      what: "a folder that cannot be made",
      change: async () => ({ directory: "/elsewhere/new" }),
      subject: "folder",
      remedy: /ftp\.directory/,
    },
    {
      what: "a server that is away",
      change: async () => ({ port: await freePort() }),
      subject: "login",
      remedy: /ftp\.host/,
    },
    {
      what: "TLS where the server wants none",
      change: async () => ({ tls: { mode: "implicit" } }),
      subject: "login",
      remedy: /ftp\.tls\.mode/,
    },
  ];

  for (const { what, change, subject, remedy } of broken)
    test(`doctor ftp: ${what} is a failure at the step "${subject}", with the setting to change`, async () => {
      await using server = await startVsftpd({ tls: "explicit" });
      const { status, findings } = await examine({ ...server.configuration, ...(await change(server)) });
      assert.equal(status, 1);
      const last = findings.at(-1);
      assert.deepEqual([last?.subject, last?.level], [subject, "failure"], last?.message);
      assert.match(last?.remedy ?? "", remedy);
      assert.doesNotMatch(last?.remedy ?? "", /tried again/);
      assert.ok(findings.slice(0, -1).every(({ level }) => level !== "failure"));
    });

  test("doctor ftp: ftp.verify: hash is a failure if the server computes none, and the other steps follow", async () => {
    await using server = await startVsftpd();
    const { status, findings } = await examine({ ...server.configuration, verify: "hash" });
    assert.deepEqual(levels(findings), { ...allOk, hash: "failure" });
    assert.equal(status, 1);
  });

  test("doctor ftp: a missing ability that deliveries do without is a warning", async () => {
    await using proftpd = await startProftpd({ restarts: false, hashes: false });
    const first = await examine(proftpd.configuration);
    assert.deepEqual(levels(first.findings), { ...allOk, resume: "warning" });
    assert.equal(first.status, 0);
    await using server = await startScriptedFtp({
      onCommand: (asked) => (/^RNTO .*Ж/u.test(asked) ? "553 Not such a name." : undefined),
    });
    const second = await examine(server.configuration);
    assert.deepEqual(levels(second.findings), { ...allOk, names: "warning" });
    assert.equal(second.status, 0);
    assert.deepEqual(await readdir(server.root), []);
  });

  test("doctor ftp: a wrong size or hash of the server is a failure", async () => {
    for (const [script, subject] of [
      [{ size: () => "65535" }, "size"],
      [{ hash: (right: string) => right.replaceAll(/./g, otherDigit) }, "hash"],
      [{ onCommand: (asked: string) => (asked.startsWith("DELE") ? "250 Gone." : undefined) }, "remove"],
    ] as const) {
      await using server = await startScriptedFtp(script);
      const { findings } = await examine(server.configuration);
      assert.notEqual(levels(findings)[subject], "ok");
    }
  });

  test("doctor ftp: prints a line for each step, without secrets", async () => {
    await using server = await startVsftpd();
    const { status, stdout } = await doctor({ ftp: server.configuration });
    assert.equal(status, 0);
    assert.match(stdout, /^ok +login +ftp:\/\/127\.0\.0\.1:\d+ lets the user anonymous in/m);
    assert.equal(stdout.split("\n").length, subjects.length + 1);
    assert.ok(!stdout.includes(server.password));
  });

  test("doctor ftp: with delivery off there is nothing to examine", async () => {
    const { status, stdout } = await doctor({});
    assert.equal(status, 0);
    assert.match(stdout, /^ok +delivery +it is off: files stay in /);
  });

  test("doctor ftp: a wrong command line is status 2, a wrong configuration or a missing password's file 78", async () => {
    const [wrong, mistaken, missing] = await Promise.all([
      doctor({}, "--nonsense"),
      doctor({ ftp: { hots: "nas" } }),
      doctor({ ftp: { host: "127.0.0.1", passwordFile: join(folder, "absent") } }),
    ]);
    assert.deepEqual([wrong.status, mistaken.status, missing.status], [2, 78, 78]);
    assert.match(wrong.stderr, /^dwld doctor ftp: /);
    assert.match(mistaken.stderr, /did you mean host\?/);
    assert.match(missing.stderr, /absent/);
  });
});
