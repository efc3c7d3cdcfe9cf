import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test, type TestContext } from "node:test";
import { TaskState } from "@dwld/rpc";
import { dwldRoot } from "@dwld/testbed";
import { ProgramBench } from "../testing/program-bench.ts";

const binFolder = join(dwldRoot, "bin");
const tab = "\t";

/** A shell on a terminal, as a person has it before the configuration of their own. */
const shells: [name: string, start: string, load: string][] = [
  ["bash", "bash --norc --noprofile -i", "source <(dwld completion bash)"],
  ["zsh", "zsh -f -i", "autoload -U compinit; compinit -D -u; source <(dwld completion zsh)"],
  ["fish", "fish --no-config -i", "dwld completion fish | source"],
];

/** Debian need not have it: it is said aloud where something stays untried. */
function isMissing(t: TestContext, shell: string): boolean {
  const { status } = spawnSync("sh", ["-c", `command -v ${shell}`]);
  if (status === 0) return false;
  const why = `THE COMPLETION OF ${shell} WAS NOT TESTED: it is not installed here (apt install ${shell})`;
  console.error(why);
  t.skip(why);
  return true;
}

describe("completion in a shell", { concurrency: 2, timeout: 120_000 }, () => {
  for (const [shell, start, load] of shells) {
    test(`completion: the line that Tab completes in ${shell} runs`, async (t) => {
      if (isMissing(t, shell)) return;
      await using on = await ProgramBench.start();
      on.api.sites = [{ name: "youtube" }, { name: "vimeo" }];
      on.api.put({ link: "https://site.example/over", state: TaskState.DONE, shortId: "a111" });
      const open = on.api.put({
        link: "https://site.example/open",
        id: "a2222222-0000",
        shortId: "a222",
        title: "It: a\tfilm",
      });
      // Shells write their histories there.
      const home = await mkdtemp(join(tmpdir(), "dwld-shell-"));
      t.after(() => rm(home, { recursive: true }));
      const terminal = on.startBy("script", ["-qec", start, "/dev/null"], {
        keepInput: true,
        env: { TERM: "xterm", PATH: `${binFolder}:${process.env["PATH"] ?? ""}`, HOME: home, SHELL: "/bin/sh" },
      });
      const type = (line: string) => terminal.child.stdin?.write(`${line}\r`);
      const called = async (method: string, request: object) => {
        await terminal.until(() => on.api.calls.some(([name]) => name === method));
        assert.partialDeepStrictEqual(on.api.calls.find(([name]) => name === method)?.[1], request);
      };
      type(load);
      // The task that has ended is none to cancel, so that the first letter is enough.
      type(`dwld canc${tab}a${tab}`);
      await called("cancelTask", { id: open.id });
      type(`dwld add --live=fro${tab} https://site.example/1`);
      await called("addTask", { link: "https://site.example/1", options: { liveMode: 3 } });
      type(`dwld site res${tab}y${tab}`);
      await called("resumeSite", { name: "youtube" });
    });
  }

  test("completion: without the api, ids are missing and nothing is complained of", async () => {
    await using on = await ProgramBench.start();
    await on.kill();
    const away = await on.run(["complete", "--", "show", ""]);
    assert.deepEqual(away, { status: 0, signal: null, stdout: "", stderr: "" });
    assert.match((await on.run(["complete", "--", "sho"])).stdout, /^show\t/);
  });
});
