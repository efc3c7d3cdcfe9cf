import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test, type TestContext } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { dwldCommand as dwld, eventually, type FtpServer, startProftpd } from "@dwld/testbed";
import { execa } from "execa";

let server: FtpServer;
before(async () => {
  server = await startProftpd();
});
after(() => server.stop());

/** A folder that nothing but a test's own files is in, and where what is tried out goes. */
function bed(t: TestContext) {
  const root = mkdtempSync(join(tmpdir(), "dwld-init-"));
  t.after(() => rmSync(root, { recursive: true }));
  const file = join(root, "conf", "dwld.yaml");
  const env = { TMPDIR: root };
  const init = async (args: readonly string[], input?: string) =>
    await execa(dwld, ["config", "init", file, ...args], { env, reject: false, ...(input !== undefined && { input }) });
  return { root, file, env, init, left: () => readdirSync(root) };
}

const flags = () => ["--ftp", server.host, "--ftp-port", String(server.port), "--ftp-user", server.user];
const place = () => ["--ftp-directory", server.directory, "--ftp-tls", "none"];

test("config init: flags and a password on stdin become a tried configuration with safe file modes", async (t) => {
  const { root, file, init, left } = bed(t);
  const { exitCode, stdout } = await init([...flags(), ...place(), "--ftp-password-file", "-"], `${server.password}\n`);
  assert.equal(exitCode, 0, stdout);
  assert.match(stdout, /^ok +read back +the same bytes come back$/m);
  const secret = join(root, "conf/secrets/ftp-password");
  assert.match(stdout, new RegExp(`wrote ${secret}\nwrote ${file}\nNext: {2}\\S*dwld up --config ${file}$`));
  assert.equal(readFileSync(secret, "utf8"), `${server.password}\n`);
  const modes = [secret, join(root, "conf/secrets"), file].map((path) => statSync(path).mode & 0o777);
  assert.deepEqual(modes, [0o600, 0o700, 0o600]);
  assert.deepEqual([left(), readdirSync(join(root, "conf")).toSorted()], [["conf"], ["dwld.yaml", "secrets"]]);
  const text = readFileSync(file, "utf8");
  assert.ok(!text.includes(server.password));
  assert.match(text, /^# Then: +\S+ up --config /m);
  for (const command of [
    ["config", "check", file],
    ["doctor", "ftp", "--config", file],
  ])
    assert.equal((await execa(dwld, command, { reject: false })).exitCode, 0);
});

test("config init: overwrites only with --force, and writes nothing if the server cannot take files", async (t) => {
  const { file, root, init, left } = bed(t);
  const password = join(root, "password");
  writeFileSync(password, "wrong\n");
  const args = [...flags(), ...place(), "--ftp-password-file", password];
  const refused = await init(args);
  assert.equal(refused.exitCode, 1);
  assert.match(refused.stdout, /^failure +login /m);
  assert.match(refused.stderr, /nothing was written: mend what is said above/);
  assert.deepEqual(left(), ["password"]);
  assert.equal((await init([...args, "--untried"])).exitCode, 0);
  const written = readFileSync(file, "utf8");
  const again = await init(["--no-ftp"]);
  assert.equal(again.exitCode, 1);
  assert.match(again.stderr, /dwld\.yaml is there already: name another file, or write over it with --force/);
  assert.equal(readFileSync(file, "utf8"), written);
  assert.equal((await init(["--no-ftp", "--force"])).exitCode, 0);
  assert.doesNotMatch(readFileSync(file, "utf8"), /^ftp:/m);
});

test("config init: names wrong and missing values before it tries the server, and takes no password as an argument", async (t) => {
  const { init, left } = bed(t);
  const cases: [string[], number, RegExp][] = [
    [[], 2, /name the server with --ftp HOST, or say --no-ftp/],
    [["--ftp", "nas.example", "--ftp-user", "ann"], 2, /the password of ann is missing: --ftp-password-file FILE/],
    [["--ftp", "ftp://nas.example/x"], 78, /ftp\.host: .* is not a host name/],
    [["--ftp", "nas.example", "--ftp-tls", "some"], 2, /Allowed choices are explicit, implicit, none/],
    [["--ftp", "nas.example", "--ftp-password", "x"], 2, /--ftp-password/],
    [["--ftp", "nas.example", "--ftp-password-file", "/proc/nothing/password"], 2, /cannot be read \(ENOENT\)/],
  ];
  for (const [args, status, message] of cases) {
    const { exitCode, stderr } = await init(args, "");
    assert.equal(exitCode, status, stderr);
    assert.match(stderr, message);
  }
  assert.deepEqual(left(), []);
});

test("config init: a place that cannot be written is named, and nothing is written", async (t) => {
  const { root, left } = bed(t);
  writeFileSync(join(root, "file"), "");
  for (const [file, code] of [
    ["/proc/dwld.yaml", "ENOENT"],
    [join(root, "file/dwld.yaml"), "EEXIST"],
  ]) {
    const { exitCode, stderr } = await execa(dwld, ["config", "init", String(file), "--no-ftp"], { reject: false });
    assert.equal(exitCode, 1, stderr);
    assert.equal(
      stderr,
      `dwld config init: nothing was written, since ${file} cannot be (${code}): name another place`,
    );
  }
  assert.deepEqual(left(), ["file"]);
});

/** A terminal of script(1), to be typed at. */
function atTerminal(t: TestContext, args: string, env: Record<string, string>) {
  const program = execa("script", ["-qec", `${dwld} config init ${args}`, "/dev/null"], { env, reject: false });
  let shown = "";
  program.stdout.on("data", (chunk: Buffer) => {
    // Without what moves the cursor.
    shown = stripVTControlCharacters(shown + chunk.toString());
  });
  t.after(() => program.kill("SIGKILL"));
  const type = async (question: RegExp, answer: string): Promise<void> => {
    await eventually(`it asks ${String(question)}`, () => question.test(shown), { describe: () => shown });
    program.stdin.write(answer);
  };
  return { program, type, shown: () => shown };
}

test("config init: asks on a terminal, and does not show the password", async (t) => {
  const { file, env } = bed(t);
  const { program, type, shown } = atTerminal(t, `${file} --ftp-port ${server.port}`, env);
  await type(/FTP server.*: $/, `${server.host}\r`);
  await type(/User \[anonymous\]: $/, `${server.user}\r`);
  await type(/Password of \S+ \(not shown\): $/, `x\u007F${server.password}\r`);
  await type(/Folder on the server \[\/\]: $/, `${server.directory}\r`);
  await type(/TLS.*\[explicit\]: $/, "none\r");
  const { exitCode } = await program;
  assert.equal(exitCode, 0, shown());
  assert.ok(!shown().includes(server.password));
  assert.match(readFileSync(file, "utf8"), new RegExp(`^ {2}host: "${server.host}"$`, "m"));
});

test("config init: Ctrl-C at a question or the password, and a signal during the try, leave nothing", async (t) => {
  const { file, env, left } = bed(t);
  const first = atTerminal(t, file, env);
  await first.type(/FTP server.*: $/, "\u0003");
  assert.equal((await first.program).exitCode, 1);
  const second = atTerminal(t, `${file} --ftp nas.example`, env);
  await second.type(/User.*: $/, "ann\r");
  await second.type(/Password.*: $/, "sec\u0003");
  assert.equal((await second.program).exitCode, 1);
  assert.match(second.shown(), /interrupted: nothing was written/);
  assert.deepEqual(left(), []);
  const silent = createServer().listen(0, "127.0.0.1");
  await once(silent, "listening");
  const { port } = silent.address() as AddressInfo;
  const asked = once(silent, "connection");
  const third = execa(dwld, ["config", "init", file, "--ftp", "127.0.0.1", "--ftp-port", String(port)], {
    env,
    reject: false,
    stdin: "ignore",
  });
  const [connection] = (await asked) as [Socket];
  third.kill("SIGTERM");
  assert.notEqual((await third).exitCode, 0);
  connection.destroy();
  silent.close();
  assert.deepEqual(left(), []);
});
