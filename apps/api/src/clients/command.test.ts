import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { it } from "node:test";
import { countTasks } from "@dwld/queue";
import { dwldProgram } from "@dwld/testbed";
import { serveApi } from "../testing/served-api.ts";

it("dwld add: a list of thousands is added once, and answered in its order", async (t) => {
  const api = await serveApi();
  t.after(() => api.close());
  const { database } = api.context;
  const links = Array.from({ length: 2000 }, (_, index) => `https://videos.example/${index}`);
  for (const joined of [0, links.length]) {
    const command = spawn(process.execPath, [dwldProgram, "--server", api.httpUrl, "add", "--json"]);
    command.stdin.end(links.map((link) => `${link}\n`).join(""));
    const [stdout, stderr, ended] = await Promise.all([
      text(command.stdout),
      text(command.stderr),
      once(command, "close"),
    ]);
    assert.deepEqual([ended, stderr], [[0, null], ""]);
    const answers = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { joined: boolean; task: { link: string } });
    assert.deepEqual(
      answers.map(({ task }) => task.link),
      links,
    );
    assert.equal(answers.filter((answer) => answer.joined).length, joined);
  }
  assert.equal((await countTasks(database, "all")).QUEUED, links.length);
});
