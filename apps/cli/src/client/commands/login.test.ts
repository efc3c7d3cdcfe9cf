import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { onTerminal, screen } from "../testing/terminal.ts";
import { ProgramBench } from "../testing/program-bench.ts";

describe("login", { concurrency: 2, timeout: 120_000 }, () => {
  test("login: Ctrl-C at the question for the token ends it as a signal does, without a word", async () => {
    await using on = await ProgramBench.start();
    const program = onTerminal(on, "$DWLD login", 80, 12);
    await program.until(({ stdout }) => stdout.includes("Token: "));
    program.child.stdin?.write("dwld_half\u0003");
    await program.until(({ stdout }) => stdout.includes("status"));
    assert.deepEqual(await screen(program.stdout, 80, 12), ["Token: ", "status 130"]);
  });

  for (const [what, typed] of [
    ["letters of another alphabet", "dwld_ключ"],
    ["an arrow key", "dwld_t1\u001b[D"],
    ["nothing", ""],
  ])
    test(`login: ${what} in place of a token is sent to no server, and is not shown`, async () => {
      await using on = await ProgramBench.start();
      const { status, stdout, stderr } = await on.run(["login"], { input: `${typed}\n` });
      assert.deepEqual(
        [status, stdout, stderr],
        [1, "", "dwld: that is no token: dwld token create prints one, on one line\n"],
      );
      assert.deepEqual(on.api.calls, []);
    });

  test("DWLD_TOKEN: what no header can carry is named as the cause, and is not shown", async () => {
    await using on = await ProgramBench.start();
    for (const token of ["dwld_ключ", "dwld_a\nb", "dwld_a b"]) {
      const { status, stderr } = await on.run(["status"], { env: { DWLD_TOKEN: token } });
      const expected = "dwld: what DWLD_TOKEN holds is no token: dwld token create prints one, on one line\n";
      assert.deepEqual([status, stderr], [1, expected]);
    }
    assert.deepEqual(on.api.calls, []);
    // The end of a line of a file.
    assert.equal((await on.run(["status"], { env: { DWLD_TOKEN: "dwld_a\r\n" } })).status, 0);
  });
});
