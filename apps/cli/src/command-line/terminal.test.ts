import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import type { ReadStream } from "node:tty";
import { openTerminal } from "./terminal.ts";

test("terminal: a secret is asked for when nothing that is typed is shown any more, and not before", async () => {
  const deeds: string[] = [];
  const input = Object.assign(new PassThrough(), {
    setRawMode: (isRaw: boolean) => void deeds.push(isRaw ? "hides" : "shows"),
  });
  const output = { write: (text: string) => void deeds.push(text) };
  const terminal = openTerminal(
    input as unknown as ReadStream,
    output as unknown as NodeJS.WriteStream,
    new AbortController().signal,
  );
  input.write("geheim\r");
  assert.equal(await terminal.askSecret("Token"), "geheim");
  assert.deepEqual(deeds, ["hides", "Token: ", "shows", "\n"]);
});
