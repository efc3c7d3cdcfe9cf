import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { layout } from "@dwld/layout";
import { commandName } from "./command-name.ts";

const root = mkdtempSync(join(tmpdir(), "dwld-command-"));
after(() => rmSync(root, { recursive: true }));
const [linked, other] = ["linked", "other"].map((name) => join(root, name));

test("command name: the name alone only if the PATH leads to this dwld, and not to another one before it", () => {
  for (const folder of [linked, other]) mkdirSync(String(folder));
  symlinkSync(layout.command, `${linked}/dwld`);
  writeFileSync(`${other}/dwld`, "");
  const name = (PATH: string, folder = "/") => commandName(folder, { PATH });
  assert.equal(name(`/nowhere:${linked}:${other}`), "dwld");
  assert.equal(name(`${other}:${linked}`), layout.command);
  assert.equal(name(""), layout.command);
  assert.equal(name("", layout.root), "bin/dwld");
});
