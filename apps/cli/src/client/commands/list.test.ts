import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fromJsonString } from "@bufbuild/protobuf";
import { ListTasksResponseSchema, TaskState } from "@dwld/rpc";
import { documents, ProgramBench } from "../testing/program-bench.ts";

describe("list", { concurrency: 2, timeout: 120_000 }, () => {
  test("list: shows the newest first, under a header", async () => {
    await using on = await ProgramBench.start();
    on.api.put({ link: "https://site.example/1", title: "First" });
    on.api.put({ link: "https://site.example/2", state: TaskState.DOWNLOADING });
    const { status, stdout, stderr } = await on.run(["list"]);
    assert.deepEqual([status, stderr], [0, ""]);
    const [header, ...rows] = stdout.trimEnd().split("\n");
    assert.match(header ?? "", /^ID +STATE +AGE +QUALITY +SIZE +WHAT$/);
    assert.match(rows[0] ?? "", /^019abf02-7c11-7d2a-9b0e-3f5d6c7b8a90 +downloading .* https:\/\/site.example\/2$/);
    assert.match(rows[1] ?? "", /^019abf01-7c11-7d2a-9b0e-3f5d6c7b8a90 +queued .* First$/);
  });

  test("list: passes its filter on", async () => {
    await using on = await ProgramBench.start();
    await on.run(["list", "--state", "done,failed", "--state", "ready-to-send", "--chat", "a", "--search", "b c"]);
    const [, request] = on.api.calls[0] ?? [];
    assert.partialDeepStrictEqual(request, {
      pageSize: 50,
      filter: { states: [TaskState.DONE, TaskState.FAILED, TaskState.READY_TO_SEND], chatId: "a", text: "b c" },
    });
  });

  test("list: sorts by --sort, and shows the columns of --columns", async () => {
    await using on = await ProgramBench.start();
    const put = (title: string, sizeBytes: bigint, site: string) =>
      on.api.put({ link: `https://${site}.example/1`, title, site, files: [{ sizeBytes }], state: TaskState.DONE });
    put("Part 10", 1000n, "b");
    put("Part 9", 3_000_000n, "a");
    put("part 1", 2000n, "b");
    const titles = async (...args: string[]) => {
      const { stdout } = await on.run(["list", "--columns", "title", ...args]);
      return stdout.trimEnd().split("\n").slice(1);
    };
    assert.deepEqual(await titles("--sort", "size"), ["Part 9", "part 1", "Part 10"]);
    assert.deepEqual(await titles("--sort", "title"), ["part 1", "Part 9", "Part 10"]);
    assert.deepEqual(await titles("--sort", "title", "-n", "2"), ["part 1", "Part 9"], "the newest two");
    assert.deepEqual(await titles("--site", "b"), ["part 1", "Part 10"]);
    const { stdout } = await on.run(["list", "--columns", "size,Site,id", "--sort", "site", "--limit", "2"]);
    assert.match(stdout, /^ +SIZE {2}SITE +ID\n +3\.00 MB {2}a +019abf02-\S+\n +2\.00 kB {2}b +019abf03-\S+\n$/);
    const json = await on.run(["list", "--json", "--sort", "size"]);
    const { tasks } = fromJsonString(ListTasksResponseSchema, json.stdout);
    assert.deepEqual(
      tasks.map(({ title }) => title),
      ["Part 9", "part 1", "Part 10"],
    );
    assert.equal((await on.run(["list", "--sort", "size", "--site", "none"])).stdout, "no tasks\n");
  });

  test("list: returns exactly --limit tasks, over pages", async () => {
    await using on = await ProgramBench.start();
    for (let number = 0; number < 1203; number += 1) on.api.put({ link: `https://site.example/${number}` });
    const limited = await on.run(["list", "--limit", "501"]);
    assert.equal(limited.stdout.trimEnd().split("\n").length, 1 + 501);
    const all = await on.run(["list", "--all", "--json"]);
    const pages = documents(all.stdout).map((line) => fromJsonString(ListTasksResponseSchema, line).tasks);
    assert.deepEqual(
      pages.map((page) => page.length),
      [500, 500, 203],
    );
    assert.equal(new Set(pages.flat().map((task) => task.id)).size, 1203);
  });

  test("list: a title cannot control the terminal", async () => {
    await using on = await ProgramBench.start();
    on.api.put({ link: "https://site.example/1", title: "\u001b[2J\u001b]0;x\u0007evil\u202egpj.\u009b1m\nnext" });
    const human = await on.run(["list"]);
    assert.match(human.stdout, /evilgpj\. ?1?m? next\n$/);
    assert.doesNotMatch(human.stdout.replaceAll("\n", ""), /[\p{Cc}\p{Cf}]/u);
    const json = await on.run(["list", "--json"]);
    assert.doesNotMatch(json.stdout.trimEnd(), /[\p{Cc}\u202e]/u);
    const [task] = fromJsonString(ListTasksResponseSchema, json.stdout).tasks;
    assert.ok(task?.title.startsWith("\u001b[2J"));
  });

  test("list: a reader that leaves is no error", async () => {
    await using on = await ProgramBench.start();
    for (let number = 0; number < 2000; number += 1) on.api.put({ link: `https://site.example/${number}` });
    const { status, stdout, stderr } = await on.startBy("bash", [
      "--norc",
      "-c",
      `eval "$DWLD list --all" | head -1; echo $\{PIPESTATUS[0]}`,
    ]).ended;
    assert.deepEqual([status, stderr], [0, ""]);
    assert.match(stdout, /^ID .*\n0\n$/);
  });

  test("list: an output that cannot be written is a failure", async () => {
    await using on = await ProgramBench.start();
    const { status, stderr } = await on.startBy("sh", ["-c", 'eval "$DWLD list > /dev/full"']).ended;
    assert.equal(status, 1);
    assert.match(stderr, /^dwld: the output cannot be written: .*ENOSPC.*\n$/);
  });

  test("list: says that there are no tasks", async () => {
    await using on = await ProgramBench.start();
    assert.partialDeepStrictEqual(await on.run(["list"]), { status: 0, stdout: "no tasks\n", stderr: "" });
  });
});
