import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { eventually, processesBelow, signalTo, takeDescriptors } from "@dwld/testbed";
import { sendMail } from "./sendmail.ts";

const never = new AbortController().signal;
const mail = {
  to: "op@mail.example",
  id: "0b5f",
  atMs: Date.parse("2026-01-31T12:00:00Z"),
  subject: `dwld на nas: нужно ваше внимание, ${"очень ".repeat(20)}`,
  text: "Первая строка.\n.\nWhat to do: nothing.",
};

/** A real program in the place of sendmail. */
async function program(t: TestContext, script: string): Promise<{ path: string; folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), "dwld-mail-"));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, "sendmail");
  await writeFile(path, `#!/bin/sh\ncd ${folder}\n${script}\n`);
  await chmod(path, 0o755);
  return { path, folder };
}

test("sendmail: gets a mail that Python's parser reads as it was meant, and nothing of this process", async (t) => {
  const { path, folder } = await program(t, 'echo "$@" > arguments; env > environment; cat > mail');
  process.env["GEHEIM"] = "geheim";
  t.after(() => delete process.env["GEHEIM"]);
  const reply = await sendMail(path, { ...mail, from: "dwld@mail.example" }, never);
  assert.deepEqual(reply, { outcome: "accepted", answer: `${path} took it` });
  assert.equal(await readFile(join(folder, "arguments"), "utf8"), "-i -f dwld@mail.example -- op@mail.example\n");
  assert.doesNotMatch(await readFile(join(folder, "environment"), "utf8"), /GEHEIM/);
  const script = `
import email, email.policy, json, sys
mail = email.message_from_file(open(sys.argv[1]), policy=email.policy.default)
print(json.dumps([mail["To"], mail["From"], mail["Subject"], mail["Date"], mail["Message-ID"], mail.get_content()]))`;
  const read = JSON.parse(
    execFileSync("/usr/bin/python3", ["-c", script, join(folder, "mail")], { encoding: "utf8" }),
  ) as string[];
  assert.deepEqual(read, [
    ...["op@mail.example", "dwld@mail.example", mail.subject, "Sat, 31 Jan 2026 12:00:00 +0000"],
    ...["<0b5f@dwld.invalid>", `${mail.text}\n`],
  ]);
  const lines = (await readFile(join(folder, "mail"), "utf8")).split("\n");
  assert.ok(lines.every((line) => line.length <= 78 && /^[ -~]*$/.test(line)));
});

test("sendmail: one that fails, is killed, or is not there says why on one line", async (t) => {
  const cases: [script: string, answer: RegExp][] = [
    ["echo 'no route\nto host' >&2; exit 75", /ended with status 75: no route to host$/],
    ["yes no & yes no | head -c 9000000; kill $!; exit 1", /ended with status 1: no no.{1,300}…$/],
    ["kill -9 $$", /ended with SIGKILL$/],
  ];
  for (const [script, answer] of cases) {
    const { path } = await program(t, script);
    const reply = await sendMail(path, mail, never);
    assert.equal(reply.outcome, "refused");
    assert.match(reply.answer, answer);
  }
  assert.match((await sendMail("/nowhere/sendmail", mail, never)).answer, /does not exist; install one/);
});

test("sendmail: while no descriptor is free, it says so and the process goes on", async () => {
  const giveBack = takeDescriptors();
  try {
    const reply = await sendMail("/bin/true", mail, never);
    assert.deepEqual(reply, { outcome: "refused", answer: "/bin/true cannot be run (EMFILE)" });
  } finally {
    giveBack();
  }
  assert.equal((await sendMail("/bin/true", mail, never)).outcome, "accepted");
});

test("sendmail: one that leaves a child behind is believed at its end, and the child goes on", async (t) => {
  const ends: [status: number, answer: RegExp][] = [
    [0, /took it$/],
    [75, /ended with status 75: queued$/],
  ];
  for (const [status, answer] of ends) {
    const { path, folder } = await program(
      t,
      `(while [ -d "$PWD" ] && [ ! -e go ]; do sleep 0.05; done; echo more && echo sent > sent) & echo queued; exit ${status}`,
    );
    assert.match((await sendMail(path, mail, never)).answer, answer);
    await writeFile(join(folder, "go"), "");
    await eventually("the child has written", () => existsSync(join(folder, "sent")));
  }
});

/** One that hangs together with a child. */
async function hanging(t: TestContext): Promise<{ path: string; folder: string; untilItRuns: () => Promise<unknown> }> {
  const { path, folder } = await program(t, "sleep 600 & wait");
  t.after(() => processesBelow(folder).forEach(({ pid }) => signalTo(pid, "SIGKILL")));
  const isSleeping = () => processesBelow(folder).some(({ command }) => command === "sleep 600");
  return { path, folder, untilItRuns: () => eventually("it hangs", isSleeping) };
}

test("sendmail: one that hangs is ended with its children when nobody waits for it, and is not blamed for it", async (t) => {
  const { path, folder, untilItRuns } = await hanging(t);
  const leaving = new AbortController();
  const replying = sendMail(path, mail, leaving.signal);
  await untilItRuns();
  leaving.abort();
  assert.deepEqual(await replying, { outcome: "refused", answer: `${path} was ended: nobody waited for it any more` });
  await eventually("none of it is left", () => processesBelow(folder).length === 0);
  const late = await sendMail(path, mail, leaving.signal);
  assert.equal(late.answer, `${path} was ended: nobody waited for it any more`);
  assert.deepEqual(processesBelow(folder), []);
});

test("sendmail: one that hangs longer than its time is ended with its children, and told", async (t) => {
  const { path, folder, untilItRuns } = await hanging(t);
  const time = new AbortController();
  t.mock.method(AbortSignal, "timeout", () => time.signal);
  const replying = sendMail(path, mail, never);
  await untilItRuns();
  time.abort();
  assert.deepEqual(await replying, { outcome: "refused", answer: `${path} did not end within 60 s` });
  await eventually("none of it is left", () => processesBelow(folder).length === 0);
});
