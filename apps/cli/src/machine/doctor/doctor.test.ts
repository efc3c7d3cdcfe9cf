import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { makeCertificate, startDwld, startMemcached } from "@dwld/testbed";
import { runHere } from "../../testing/run-here.ts";
import type { DoctorContext } from "./check.ts";
import { checkTls } from "./checks/tls.ts";
import type { Finding } from "./finding.ts";

let folder = "";
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "dwld-doctor-"));
});
after(async () => {
  await rm(folder, { recursive: true });
});

type Examined = { status: number; of: (subject: string) => Finding[]; findings: Finding[] };

async function doctor(config: string): Promise<Examined> {
  const { status, stdout } = await runHere(["doctor", "--json", "--config", config]);
  const { findings } = JSON.parse(stdout) as { findings: Finding[] };
  return { status, findings, of: (subject) => findings.filter((finding) => finding.subject === subject) };
}

async function configurationFile(name: string, settings: object): Promise<string> {
  const file = join(folder, `${name}.yaml`);
  // JSON is YAML.
  await writeFile(file, JSON.stringify({ data: join(folder, "data"), ...settings }));
  return file;
}

/** yt-dlp is not what these tests are about, and to ask it takes longer than all else. */
const noYtdlp = { worker: { ytdlp: { command: ["no-such-yt-dlp"] } } };
const closed = { api: "127.0.0.1:1", worker: "127.0.0.1:2", ftpSender: "127.0.0.1:3" };

test("doctor: if everything runs, nothing is a failure, and each process is ready", async (t) => {
  await using memcached = await startMemcached();
  const running = await startDwld({
    apps: ["api", "worker", "ftp-sender"],
    configuration: { cache: { servers: [memcached.server] } },
    cleanup: t,
  });
  const { status, findings, of } = await doctor(running.configurationFile);
  assert.deepEqual(
    findings.filter(({ level }) => level === "failure"),
    [],
  );
  assert.equal(status, 0);
  for (const app of ["api", "worker", "ftp-sender"]) assert.match(of(app)[0]?.message ?? "", /runs, and is ready/);
  assert.match(of("database")[0]?.message ?? "", /: 0 tasks, /);
  assert.match(of("memcached")[0]?.message ?? "", /answers/);
  assert.match(of("stages")[0]?.message ?? "", /^9 stages are left out: .*1 needs a proxy.*; dwld ytdlp names them$/);
  assert.equal(of("stages").length, 1);
});

test("doctor: a failure has its remedy, and does not stop the other checks", async () => {
  await writeFile(join(folder, "text.sqlite"), "this is no database\n".repeat(200));
  const config = await configurationFile("wrong", {
    database: { path: join(folder, "text.sqlite") },
    cache: { servers: ["127.0.0.1:9"] },
    worker: { minFreeBytes: "1000 TB", ytdlp: { command: ["no-such-yt-dlp"] } },
    register: [{ address: "http://127.0.0.1:9", protocol: "grpc.v1", reachedAt: "192.0.2.1:8888" }],
    health: closed,
  });
  const { status, of } = await doctor(config);
  assert.equal(status, 1);
  const levels = (subject: string) => of(subject).map(({ level }) => level);
  assert.deepEqual(levels("database"), ["failure"]);
  assert.deepEqual(levels("disk"), ["failure"]);
  assert.match(of("disk")[0]?.remedy ?? "", /lower worker\.minFreeBytes/);
  assert.deepEqual(levels("yt-dlp"), ["failure"]);
  assert.deepEqual(levels("memcached"), ["warning"]);
  assert.match(of("bots")[0]?.message ?? "", /http:\/\/127\.0\.0\.1:9 cannot be reached: .*ECONNREFUSED/);
  assert.deepEqual(levels("ffmpeg"), ["ok"]);
  assert.match(of("worker")[0]?.remedy ?? "", /dwld up/);
});

test("doctor: each mistake of the configuration is a failure", async () => {
  const config = await configurationFile("mistakes", { worker: { paralel: 1 }, log: { level: "loud" } });
  const { status, findings } = await doctor(config);
  assert.equal(status, 1);
  assert.deepEqual(
    findings.map(({ subject, level }) => `${subject} ${level}`),
    ["configuration failure", "configuration failure"],
  );
  assert.match(findings[0]?.message ?? "", /did you mean parallel\?/);
});

test("doctor: tells how long the certificate is valid, and warns 14 days before its end", async () => {
  const tls = { ...(await makeCertificate(folder)), minVersion: "TLSv1.2" };
  const configuration = { api: { tls } } as unknown as DoctorContext["configuration"];
  const seenAfter = (days: number) =>
    [checkTls({ configuration, env: {}, now: () => Date.now() + days * 86_400_000 })].flat();
  const [valid, ending, over] = [seenAfter(0), seenAfter(17), seenAfter(31)].map(([found]) => found);
  assert.equal(valid?.level, "ok");
  assert.match(valid?.message ?? "", /^the certificate for DNS:localhost, IP Address:127\.0\.0\.1 is valid until 2/);
  assert.equal(ending?.level, "warning");
  assert.match(ending?.message ?? "", /, 12 days$/);
  assert.equal(over?.level, "failure");
  assert.match(over?.message ?? "", /certificate\.pem has expired on /);
});

test("doctor: a secret that everybody can read is a warning", async () => {
  const secret = join(folder, "secret");
  await writeFile(secret, "geheim\n", { mode: 0o644 });
  const config = await configurationFile("open", {
    register: [{ address: "http://127.0.0.1:9", secretFile: secret, reachedAt: "192.0.2.1:8888" }],
    health: closed,
    ...noYtdlp,
  });
  const [found] = (await doctor(config)).of("permissions");
  assert.deepEqual([found?.level, found?.remedy], ["warning", `chmod o= ${secret}`]);
});

test("doctor: creates neither a folder nor a table", async () => {
  const data = join(folder, "untouched");
  const config = await configurationFile("untouched", { data, health: closed, ...noYtdlp });
  assert.match((await doctor(config)).of("database")[0]?.message ?? "", /is not there yet/);
  await assert.rejects(rm(data, { recursive: true }), { code: "ENOENT" });
});

test("doctor: prints a line for each finding, and one for its remedy", async () => {
  const config = await configurationFile("person", { health: closed, ...noYtdlp });
  const { stdout } = await runHere(["doctor", "--config", config]);
  assert.match(stdout, new RegExp(`^ok +configuration +no mistakes in ${config}$`, "m"));
  assert.match(stdout, /^warning +api +does not answer at 127\.0\.0\.1:1\n +It is not running/m);
});
