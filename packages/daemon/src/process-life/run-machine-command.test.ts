import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";

const module = JSON.stringify(new URL("run-machine-command.ts", import.meta.url).href);
const errors = JSON.stringify(new URL("../configuration/configuration-error.ts", import.meta.url).href);

/** Runs a command whose body is this code. */
function run(body: string, ...argv: string[]) {
  const program = `
    const { runMachineCommand } = await import(${module});
    const { ConfigurationError } = await import(${errors});
    await runMachineCommand(
      { name: "look", usage: "Usage: dwld look\\n", options: { json: { type: "boolean" } }, words: { min: 0, max: 1 } },
      ({ values, words, print, printJson, complain }) => { ${body} },
    );
  `;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--input-type=module", "-e", program, "--", "main.ts", ...argv],
    { encoding: "utf8" },
  );
  return { status, stdout, stderr };
}

test("a command gets its options and words, and its status is the process's", () => {
  const { status, stdout, stderr } = run("print(JSON.stringify({ ...values, words })); return 1;", "--json", "here");
  assert.deepEqual({ status, stdout, stderr }, { status: 1, stdout: '{"json":true,"words":["here"]}', stderr: "" });
});

test("--help says how, wherever it stands", () => {
  assert.deepEqual(run("return 1;", "--jsn", "--help"), { status: 0, stdout: "Usage: dwld look\n", stderr: "" });
});

test("what was written wrong is named, and ends with 2", () => {
  for (const [argv, message] of [
    [["--jsn"], "Unknown option '--jsn'"],
    [["a", "b"], '"b" is one word too many'],
  ] as const) {
    const { status, stdout, stderr } = run("return 0;", ...argv);
    assert.deepEqual([status, stdout, stderr], [2, "", `dwld look: ${message}; see dwld look --help\n`]);
  }
});

test("a wrong configuration ends with 78, a line for each mistake", () => {
  const { status, stderr } = run('throw ConfigurationError.ofFile("/x.yaml", "is empty", "write it");');
  assert.deepEqual([status, stderr], [78, "dwld look: /x.yaml: is empty; write it\n"]);
});

test("JSON keeps its form where a secret is taken out of it", () => {
  const { stdout } = run('printJson({ line: "Cookie: a=geheim", next: "wait" }); return 0;');
  assert.deepEqual(JSON.parse(stdout), { line: "Cookie: [redacted]", next: "wait" });
});

test("no secret is printed, nor complained of", () => {
  const { stdout, stderr } = run('print("ftp://a:geheim@b"); complain("ftp://a:geheim@b"); return 0;');
  assert.doesNotMatch(stdout + stderr, /geheim/);
});
