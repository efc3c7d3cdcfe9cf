import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { after, test } from "node:test";
import { layout } from "@dwld/layout";
import { fixtureRunner } from "./testing/fixture-runner.ts";

const { run, close } = fixtureRunner();
after(close);

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  test(`app process: ${signal} lets running work end, releases last-in first-out in spite of an error, and exits with 0`, async () => {
    const app = run("works");
    await app.says("ready");
    app.kill(signal);
    await app.says("takes no new work");
    app.poke();
    const { status, messages, lines } = await app.ended;
    assert.equal(status, 0);
    const order = ["takes no new work", "third ended by itself", "releasing failed", "first released", "stopped"];
    assert.deepEqual(
      messages.filter((message) => order.includes(message)),
      order,
    );
    const failed = lines.find(({ msg }) => msg === "releasing failed");
    assert.deepEqual([failed?.["part"], failed?.err?.message], ["second", "second cannot be released"]);
  });
}

test("app process: work that goes on after the grace is killed, and the exit is still clean", async () => {
  const app = run("works", "shutdown: { graceSeconds: 0.05 }");
  await app.says("ready");
  app.kill("SIGTERM");
  const { status, messages } = await app.ended;
  assert.equal(status, 0);
  assert.ok(messages.includes("third was killed"));
  assert.ok(messages.includes("first released"));
});

for (const [signal, expected] of [
  ["SIGTERM", 143],
  ["SIGINT", 130],
] as const) {
  test(`app process: a second signal, ${signal}, ends it at once with ${expected}`, async () => {
    const app = run("works");
    await app.says("ready");
    app.kill("SIGTERM");
    await app.says("takes no new work");
    app.kill(signal);
    const { status, messages } = await app.ended;
    assert.equal(status, expected);
    assert.ok(!messages.includes("first released"));
  });
}

test("app process: one with nothing open lives until the signal", async () => {
  const app = run("idle", "log: { level: debug }");
  await app.says('"started"');
  app.kill("SIGINT");
  assert.equal((await app.ended).status, 0);
});

test("app process: a release that hangs is named, and the exit status is 1", async () => {
  const app = run("hangs-in-release", "shutdown: { graceSeconds: 0.05 }");
  await app.says("ready");
  app.kill("SIGTERM");
  const { status, lines, messages } = await app.ended;
  assert.equal(status, 1);
  assert.equal(lines.find(({ level }) => level === "error")?.["part"], "stubborn part");
  assert.ok(!messages.includes("patient part released"));
});

test("app process: a start that never ends keeps neither the process nor its parts from ending", async () => {
  const app = run("hangs-at-start", "shutdown: { graceSeconds: 0.05 }");
  await app.says("ready");
  app.kill("SIGTERM");
  const { status, messages } = await app.ended;
  assert.equal(status, 0);
  assert.ok(messages.includes("part released"));
});

test("app process: a failure while start() hangs ends it without the grace", async () => {
  const app = run("fails-while-starting", "shutdown: { graceSeconds: 3600 }");
  const { status, messages } = await app.ended;
  assert.equal(status, 1);
  assert.ok(messages.includes("part released"));
});

test("app process: an error for a person is one line without a stack, and open parts are released", async () => {
  const { status, stderr, messages, lines } = await run("throws-a-message").ended;
  assert.equal(status, 1);
  assert.equal(stderr, "dwld worker: /x/dwld.sqlite is not a database; name another file\n");
  assert.ok(messages.includes("part released"));
  assert.ok(lines.every(({ err }) => err === undefined));
});

test("app process: an unforeseen error is logged with its stack", async () => {
  const { status, lines, messages } = await run("throws-a-surprise").ended;
  assert.equal(status, 1);
  const { err, level } = lines.find((line) => line.err !== undefined) ?? {};
  assert.equal(level, "fatal");
  assert.match(err?.stack ?? "", /TypeError: this was not foreseen[^]*throws-a-surprise\.ts/);
  assert.ok(messages.includes("part released"));
});

test("app process: a missing secret file is a wrong configuration, 78", async () => {
  const { status, stderr } = await run("reads-a-secret").ended;
  assert.equal(status, 78);
  assert.match(stderr, /^dwld ftp-sender: \/nowhere\/ftp-password: does not exist; make this file[^\n]*\n$/);
});

for (const [fixture, words] of [
  ["forgets-a-rejection", "forgotten"],
  ["throws-later", "thrown later"],
  ["part-dies", "the runner died"],
] as const) {
  test(`app process: ${fixture} is logged with its stack, shuts down in order, and exits with 1`, async () => {
    const app = run(fixture);
    await app.says("ready");
    app.poke();
    const { status, lines, messages } = await app.ended;
    assert.equal(status, 1);
    const { level, err } = lines.find((line) => line.err !== undefined) ?? {};
    assert.equal(level, "fatal");
    assert.match(err?.message ?? "", new RegExp(words));
    assert.match(err?.stack ?? "", new RegExp(`${fixture}\\.ts`));
    assert.ok(messages.includes("part released"));
    assert.ok(!JSON.stringify(lines).includes("geheim"));
  });
}

test("app process: a port that is taken is reported with the key to change", async () => {
  const blocker = createServer().listen(0, "127.0.0.1");
  await once(blocker, "listening");
  const { port } = blocker.address() as { port: number };
  const { status, stderr } = await run("listens", `health: { api: "127.0.0.1:${port}" }`).ended;
  blocker.close();
  assert.equal(status, 69);
  assert.match(
    stderr,
    new RegExp(
      `^dwld api: 127\\.0\\.0\\.1:${port} is taken by another program; set health\\.api to a free one[^\\n]*\\n$`,
    ),
  );
});

test("app process: an address of another machine, or a name of none, is reported with the key to change", async () => {
  const foreign = await run("listens", 'health: { api: "192.0.2.1:80" }').ended;
  assert.equal(foreign.status, 69);
  assert.match(foreign.stderr, /^dwld api: 192\.0\.2\.1:80 is not an address of this machine; set health\.api to/);
  const unknown = await run("listens", 'health: { api: "nowhere.invalid:80" }').ended;
  assert.equal(unknown.status, 69);
  assert.match(unknown.stderr, /^dwld api: health\.api: the name nowhere\.invalid leads to no address/);
});

/** Reports every socket that begins to listen. */
const watchListen = [
  "--import",
  `data:text/javascript,${encodeURIComponent(`import net from 'node:net'; const { listen } = net.Server.prototype; net.Server.prototype.listen = function (...a) { console.error('LISTENS'); return listen.apply(this, a) }`)}`,
];

test("app process: a wrong configuration is reported mistake by mistake and ends with 78 before anything listens", async () => {
  const app = run("listens", "api:\n  listen: 127.0.0.1:70000\nworker: { parallel: 0 }\nfpt: {}\n", {
    node: watchListen,
  });
  const { status, stderr, lines } = await app.ended;
  assert.equal(status, 78);
  assert.deepEqual(stderr.split("\n"), [
    `dwld api: ${app.config}:2: api.listen: port 70000 does not exist; ports go from 0 to 65535`,
    `dwld api: ${app.config}:3: worker.parallel: 0 is too small; a whole number from 1 to 64`,
    `dwld api: ${app.config}:4: fpt: there is no such key; did you mean ftp?`,
    "",
  ]);
  assert.deepEqual(lines, []);
  const right = run("listens", 'health: { api: "127.0.0.1:0" }', { node: watchListen });
  await right.says("ready");
  right.kill("SIGTERM");
  const end = await right.ended;
  assert.deepEqual([end.status, end.stderr], [0, "LISTENS\n"]);
});

test("app process: the log begins with the version of dwld", async () => {
  const app = run("idle");
  await app.says("ready");
  app.kill("SIGTERM");
  const { lines } = await app.ended;
  assert.equal(lines[0]?.["version"], layout.version);
  assert.match(layout.version, /^\d+\.\d+\.\d+/);
});
