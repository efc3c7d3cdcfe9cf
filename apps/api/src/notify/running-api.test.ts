import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { fromJsonString } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { changeCookieFile, concludeNotices, type NoticeRow } from "@dwld/queue";
import { openLocation } from "@dwld/queue/testing";
import { TaskEndedSchema, TaskState } from "@dwld/rpc";
import { eventually, freePort, startDwld } from "@dwld/testbed";
import { type Received, Receiver } from "./testing/receiver.ts";

const secret = "geheim";
const patience = { deadlineMs: 60_000 };

async function folderWith(t: TestContext): Promise<{ folder: string; secretFile: string }> {
  const folder = await mkdtemp(join(tmpdir(), "dwld-notify-"));
  t.after(() => rm(folder, { recursive: true }));
  const secretFile = join(folder, "secret");
  await writeFile(secretFile, `${secret}\n`);
  return { folder, secretFile };
}

/** Checks the signature as a receiver does, and returns the id of the message. */
function verified({ headers, body }: Received): string {
  const [id, seconds] = [String(headers["webhook-id"]), String(headers["webhook-timestamp"])];
  assert.ok(Math.abs(Date.now() / 1000 - Number(seconds)) < 300);
  const wanted = createHmac("sha256", secret).update(`${id}.${seconds}.${body}`).digest("base64");
  assert.equal(headers["webhook-signature"], `v1,${wanted}`);
  return id;
}

describe("notify: a running api", { concurrency: 2, timeout: 150_000 }, () => {
  it("tells the end of a task until it is accepted, over the death of the api and of the receiver", async (t) => {
    const { secretFile } = await folderWith(t);
    const port = await freePort();
    const prefix = `http://127.0.0.1:${port}/hooks/`;
    await using dwld = await startDwld({
      apps: ["api"],
      configuration: { notify: { taskUrls: [prefix], taskSecretFile: secretFile } },
    });
    const notifyUrl = `${prefix}42?key=k`;
    const { task } = await dwld.client.addTask({ link: "https://videos.example/1", notifyUrl });
    const [waiting] = (await dwld.client.getTask({ id: task?.id ?? "" })).task?.endNotifications ?? [];
    assert.deepEqual([waiting?.url, waiting?.sinceTime], [`${prefix}42`, undefined]);
    await dwld.client.cancelTask({ id: task?.id ?? "" });
    const told = async () => (await dwld.client.getTask({ id: task?.id ?? "" })).task?.endNotifications[0];
    await eventually("it was tried, and nobody listens", async () =>
      /nobody listens/.test((await told())?.answer ?? ""),
    );
    const status = await dwld.client.getStatus({});
    assert.match(status.noticeReceivers[0]?.answer ?? "", /nobody listens on 127/);

    // The receiver takes the message and the api is killed before it can write that down.
    await using receiver = await Receiver.start(port);
    const killed = Promise.withResolvers<unknown>();
    receiver.answer = () => {
      receiver.answer = undefined;
      dwld.kill("api").then(killed.resolve, killed.reject);
    };
    await killed.promise;
    await dwld.restart("api");
    await eventually("it was accepted", async () => (await told())?.acceptTime !== undefined, patience);
    const ids = receiver.received.map(verified);
    assert.equal(ids.length, 2, "twice at most");
    assert.equal(new Set(ids).size, 1);
    const { eventId, task: sent } = fromJsonString(TaskEndedSchema, receiver.received[1]?.body ?? "");
    assert.deepEqual([eventId, sent?.state, sent?.link], [ids[0], TaskState.CANCELED, "https://videos.example/1"]);
    assert.equal(receiver.received[1]?.path, "/hooks/42?key=k");
    const shown = await dwld.command(["show", task?.id ?? ""]);
    assert.match(shown.stdout, /tells +http:\/\/127\S+42 +told /);
    assert.ok(!dwld.output("api").includes(secret));
  });

  it("refuses addresses that its list does not allow, by AddTask and by AddTasks", async (t) => {
    const { secretFile } = await folderWith(t);
    await using dwld = await startDwld({
      apps: ["api"],
      configuration: { notify: { taskUrls: ["https://bot.example/hooks/"], taskSecretFile: secretFile } },
    });
    const link = "https://videos.example/1";
    const error = await dwld.client
      .addTask({ link, notifyUrl: "http://169.254.169.254/latest" })
      .catch((reason: unknown) => reason);
    assert.ok(error instanceof ConnectError);
    assert.equal(error.code, Code.InvalidArgument);
    assert.match(error.message, /notify_url is not allowed by this server: its setting notify\.taskUrls names others/);
    const requests = [
      { link, notifyUrl: "https://bot.example/hooks/../admin" },
      { link, notifyUrl: "https://bot.example/hooks/1" },
    ];
    const { results } = await dwld.client.addTasks({ requests });
    assert.deepEqual(
      results.map(({ result }) => result.case),
      ["error", "response"],
    );
  });

  it("tells the operator of a trouble and of its end once each, at each target", async (t) => {
    const { folder, secretFile } = await folderWith(t);
    await using receiver = await Receiver.start();
    const letters = join(folder, "letters");
    const sendmail = join(folder, "sendmail");
    await writeFile(sendmail, `#!/bin/sh\nprintf '%s\\n' "$@" >> ${letters}\ncat >> ${letters}\n`);
    await chmod(sendmail, 0o755);
    const absent = `http://127.0.0.1:${await freePort()}`;
    const notify = {
      targets: [
        { ntfy: { url: `${absent}/dwld` } },
        { webhook: { url: `${receiver.url}/hook`, secretFile } },
        { telegram: { tokenFile: secretFile, chat: "42", api: receiver.url }, language: "ru" },
        { ntfy: { url: `${receiver.url}/dwld`, tokenFile: secretFile }, kinds: ["disk"] },
        { email: { to: "op@mail.example", sendmail }, language: "ru" },
      ],
    };
    await using dwld = await startDwld({ apps: ["api"], configuration: { notify } });
    const trial = await dwld.command(["notify", "test"]);
    assert.equal(trial.exitCode, 1);
    assert.match(trial.stdout, /^refused +ntfy http:\S+ \(\w{6}\) +nobody listens/m);
    assert.match(trial.stdout, /^accepted +webhook /m);
    assert.match(trial.stdout, /^accepted +email op@mail\.example +\S+sendmail took it$/m);
    assert.deepEqual(receiver.received.map(({ path }) => path).toSorted(), [
      "/",
      "/bot" + secret + "/sendMessage",
      "/hook",
    ]);
    receiver.received.length = 0;
    await writeFile(letters, "");

    const table = await openLocation(dwld.database);
    t.after(() => table.close());
    const cookies = { host: "nas", path: "/cookies/tube.txt" };
    const setAside = (at: number | null) =>
      changeCookieFile(table, cookies, () => ({
        ...cookies,
        ...{ stamp: "s", succeeded_at: null, refusals: 3, set_aside_at: at, failure_class: "cookies_stale" },
      }));
    await setAside(Date.now());
    await eventually("the webhook is told", () => receiver.received.some(({ path }) => path === "/hook"), patience);
    await eventually("the chat is told", () => receiver.received.some(({ path }) => /bot/.test(path)), patience);
    await eventually("a mail is there", async () => (await readFile(letters, "utf8")).includes("Subject"), patience);
    const hook = receiver.received.find(({ path }) => path === "/hook");
    assert.ok(hook);
    verified(hook);
    const body = JSON.parse(hook.body) as { began: { kind: string; text: string; todo: string }[] };
    assert.deepEqual(
      body.began.map(({ kind }) => kind),
      ["cookies"],
    );
    assert.match(body.began[0]?.todo ?? "", /^Log in again/);
    const letter = await readFile(letters, "utf8");
    assert.match(letter, /^-i\n--\nop@mail\.example\n/);
    assert.match(letter, /^Subject: =\?UTF-8\?B\?/m);
    const text = Buffer.from(letter.split("\n\n")[1] ?? "", "base64").toString("utf8");
    assert.match(text, /^Cookies из \/cookies\/tube\.txt/);
    const status = await dwld.command(["status"]);
    assert.match(status.stdout, /the operator was told \S+ ago +cookies +The cookies in \/cookies\/tube\.txt/);
    assert.match(status.stdout, /ntfy http:\S+ \(\w+\) +has refused for .*nobody listens/);
    assert.equal(receiver.received.filter(({ path }) => path === "/").length, 0, "it chose other kinds");

    // Two hours later, and ten minutes after the file was replaced.
    await setAside(null);
    const agoMs = Date.now() - 2 * 3_600_000;
    const aged = (row: NoticeRow) => (row.kind === "cookies" ? [{ ...row, told_at: agoMs, absent_since: agoMs }] : []);
    await concludeNotices(table, (rows) => ({ rows: rows.flatMap(aged), forgotten: [], messages: [] }), agoMs);
    const hooks = () => receiver.received.filter(({ path }) => path === "/hook").map((each) => each.body);
    await eventually("it is over", () => hooks().length > 1, patience);
    assert.deepEqual(
      hooks().map((each) => (JSON.parse(each) as { title: string }).title.replace(/^.*: /, "")),
      ["something needs you", "well again"],
    );
  });
});
