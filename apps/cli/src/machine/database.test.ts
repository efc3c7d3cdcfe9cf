import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openDatabase } from "@dwld/queue";
import { freshPostgres } from "@dwld/testbed";
import { runHere } from "../testing/run-here.ts";

test("database: a table moves to the configuration's server and back, and is backed up there", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "dwld-database-"));
  t.after(async () => {
    await rm(folder, { recursive: true });
  });
  const server = await freshPostgres(t);
  const password = (await readFile(server.location.passwordFile, "utf8")).trim();
  const config = join(folder, "dwld.yaml");
  await writeFile(config, JSON.stringify({ data: folder, database: server.location }));
  const dwld = async (...words: string[]) => {
    const { status, stdout, stderr } = await runHere([...words, "--config", config]);
    assert.ok(!(stdout + stderr).includes(password));
    return { status, stdout, stderr };
  };
  const path = join(folder, "old.sqlite");
  await (await openDatabase({ path })).close();

  const copied = await dwld("database", "copy", "--from", `sqlite:${path}`);
  assert.deepEqual([copied.status, copied.stderr], [0, ""]);
  assert.match(copied.stdout, /^tasks +0 {2}equal$/m);
  assert.match(
    copied.stdout,
    /^Copied \d+ rows of \S+old\.sqlite to postgres:\S+, read them back, and found them equal\.$/m,
  );
  const back = await dwld("database", "copy", "--json", "--to", `sqlite:${join(folder, "new.sqlite")}`);
  const { tables } = JSON.parse(back.stdout) as { tables: { name: string; rows: number; cleaned: number }[] };
  assert.deepEqual(
    tables.find(({ name }) => name === "secrets"),
    { name: "secrets", rows: 1, cleaned: 0 },
  );
  const again = await dwld("database", "copy", "--to", `sqlite:${path}`);
  assert.equal(again.status, 1);
  assert.match(again.stderr, /^dwld database copy: \S+old\.sqlite is there already, and nothing is overwritten\./);

  assert.deepEqual(JSON.parse((await dwld("database", "migrate", "--json")).stdout), {
    database: server.location.url.replace("dwld@", ""),
    applied: [],
  });
  const backup = await dwld("backup", join(folder, "backup"));
  assert.match(backup.stdout, /backup: postgres:\S+ with 0 tasks, [\d.]+ [kM]?B, found intact\n$/);
  const restored = await dwld("restore", join(folder, "backup"));
  assert.match(restored.stderr, /has tables \(\w+\), and nothing is overwritten\. Create another database/);

  const mistakes = [
    [
      ["--from", "mysql://h/d"],
      /--from is no address of a PostgreSQL database; write sqlite:\/path, or an address such/,
    ],
    [["--from", "postgres://u:geheim@h/d"], /--from holds a password.*; .*leave it out/],
    [[], /name the other database with --from or --to/],
  ] as const;
  for (const [words, message] of mistakes) {
    const { status, stderr } = await dwld("database", "copy", ...words);
    assert.equal(status, 2);
    assert.match(stderr, message);
    assert.doesNotMatch(stderr, /geheim/);
  }
});
