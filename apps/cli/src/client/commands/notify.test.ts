import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { TaskState } from "@dwld/rpc";
import { fromNow } from "../testing/in-memory-api.ts";
import { ProgramBench } from "../testing/program-bench.ts";

describe("notify", { concurrency: 2, timeout: 120_000 }, () => {
  test("notify test: says what came back from each target, and fails if one refused or there is none", async () => {
    await using on = await ProgramBench.start();
    const none = await on.run(["notify", "test"]);
    assert.deepEqual([none.status, /no target is configured/.test(none.stdout)], [1, true]);
    on.api.trials = [{ receiver: "email a@b.example", accepted: true, answer: "sendmail took it" }];
    assert.equal((await on.run(["notify", "test"])).status, 0);
    on.api.trials.push({ receiver: "ntfy https://n.example", answer: "HTTP 401: \u001b[31mno" });
    const { status, stdout } = await on.run(["notify", "test"]);
    assert.equal(status, 1);
    assert.match(stdout, /^accepted {2}email a@b\.example {2}sendmail took it$/m);
    assert.match(stdout, /^refused {3}ntfy https:\/\/n\.example {2}HTTP 401: no$/m);
  });

  test("status: shows what the operator was told, and who accepts nothing", async () => {
    await using on = await ProgramBench.start();
    on.api.status = {
      notices: [
        {
          kind: "disk",
          subject: "nas",
          tellTime: fromNow(-3_720_000),
          text: [{ languageCode: "en", text: "It is full." }],
        },
        { kind: "cookies", tellTime: fromNow(-7_320_000), endTime: fromNow(-3_720_000) },
      ],
      noticeReceivers: [
        { name: "email a@b.example", lastAcceptTime: fromNow(-3_720_000) },
        {
          ...{ name: "tasks https://bot.example", failingSinceTime: fromNow(-3_720_000), waitingCount: 3n },
          ...{ nextAttemptTime: fromNow(309_000), answer: "nobody listens" },
        },
      ],
    };
    const { stdout } = await on.run(["status"]);
    for (const line of [
      /^ {2}the operator was told 1h02m ago {2}disk {2}It is full\.$/m,
      /^ {2}the operator was told 2h02m ago, and 1h02m ago that it is over {2}cookies/m,
      /^ {2}email a@b\.example {2}accepted a message 1h02m ago$/m,
      /^ {2}tasks https:\/\/bot\.example {2}has refused for 1h02m: nobody listens {2}3 waiting {2}next try in 5m/m,
    ])
      assert.match(stdout, line);
  });

  test("show: says of each address whether it was told", async () => {
    await using on = await ProgramBench.start();
    const url = "https://bot.example/";
    const task = on.api.put({
      ...{ link: "https://site.example/1", state: TaskState.DONE },
      endNotifications: [
        { url: `${url}1` },
        {
          url: `${url}2`,
          sinceTime: fromNow(-60_000),
          acceptTime: fromNow(-60_000),
          attemptCount: 1,
          answer: "HTTP 204",
        },
        {
          url: `${url}3`,
          sinceTime: fromNow(-60_000),
          giveUpTime: fromNow(-1000),
          attemptCount: 2,
          answer: "HTTP 410",
        },
        {
          url: `${url}4`,
          sinceTime: fromNow(-60_000),
          nextAttemptTime: fromNow(60_000),
          attemptCount: 3,
          answer: "no",
        },
      ],
    });
    const { stdout } = await on.run(["show", task.id]);
    for (const line of [
      /^tells +https:\/\/bot\.example\/1 {2}when it has ended$/m,
      /^tells +https:\/\/bot\.example\/2 {2}told .* {2}1 try: HTTP 204$/m,
      /^tells +https:\/\/bot\.example\/3 {2}given up .* {2}2 tries: HTTP 410$/m,
      /^tells +https:\/\/bot\.example\/4 {2}waits since .* {2}3 tries: no {2}next try /m,
    ])
      assert.match(stdout, line);
  });

  test("add: hands on the address that is told of the end", async () => {
    await using on = await ProgramBench.start();
    await on.run(["add", "--notify-url", "https://bot.example/1", "https://site.example/1"]);
    const [, request] = on.api.calls.find(([method]) => method === "addTask") ?? [];
    assert.equal((request as { notifyUrl: string }).notifyUrl, "https://bot.example/1");
  });
});
