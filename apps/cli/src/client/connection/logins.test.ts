import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { runHere } from "../../testing/run-here.ts";

const server = "http://127.0.0.1:1";

const damaged: readonly [what: string, content: string][] = [
  ["half of it", '{"server": "http'],
  ["nothing of it", "null"],
  ["a list", "[]"],
  ["no tokens", "{}"],
  ["tokens that are none", '{"tokens": null}'],
  ["a token that is a number", `{"tokens": {"${server}": 5}}`],
  ["a token that no header can carry", `{"tokens": {"${server}": "dwld_ключ"}}`],
  ["a server that is a number", '{"server": 5, "tokens": {}}'],
  ["a server that is no address", '{"server": "ftp://nas", "tokens": {}}'],
  ["fingerprints that are a text", '{"tokens": {}, "fingerprints": "AB:CD"}'],
  ["a fingerprint that is none", `{"tokens": {}, "fingerprints": {"${server}": "AB:CD"}}`],
];

test("logins: a damaged file stops no command with a stack trace, and the message says what to do", async (t) => {
  const home = mkdtempSync(join(tmpdir(), "dwld-logins-"));
  t.after(() => rmSync(home, { recursive: true }));
  const file = join(home, ".config/dwld/logins.json");
  mkdirSync(join(home, ".config/dwld"), { recursive: true });
  for (const [what, content] of damaged) {
    writeFileSync(file, content, { mode: 0o600 });
    for (const args of [
      ["--server", server, "whoami"],
      ["logout", server],
    ]) {
      const { status, stdout, stderr } = await runHere(args, { env: { HOME: home } });
      const expected = `dwld: ${file} is damaged: remove it, and run dwld login again\n`;
      assert.deepEqual([status, stdout, stderr], [1, "", expected], what);
    }
  }
});
