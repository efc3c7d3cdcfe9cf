import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { copyDatabase } from "./copy-database.ts";
import { addRows, makeLegacyDatabase, manyRows } from "./testing/legacy-database.ts";
import { openLegacyLinks } from "./legacy-links.ts";

describe("the copy of a database", () => {
  let folder: string;
  let file: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "dwld-legacy-"));
    mkdirSync(join(folder, "first"));
    file = join(folder, "first/links.db");
  });

  afterEach(() => rm(folder, { recursive: true }));

  /** Everything of the folder in which the file lies. */
  function look(): unknown {
    return readdirSync(dirname(file)).map((name) => {
      const path = join(dirname(file), name);
      const { mtimeMs, size, mode } = statSync(path);
      return { name, mtimeMs, size, mode, bytes: readFileSync(path).toString("base64") };
    });
  }

  /** How many rows a copy has; the original is as it was, and nothing of the copy is left. */
  async function countRows(): Promise<number> {
    const before = look();
    const { path, dispose } = await copyDatabase(file);
    const links = openLegacyLinks(path, file);
    const count = [...links.read()].length;
    links.close();
    await dispose();
    assert.throws(() => statSync(dirname(path)), /ENOENT/);
    assert.deepEqual(look(), before);
    return count;
  }

  async function refusal(): Promise<string> {
    try {
      await copyDatabase(file);
    } catch (error) {
      return (error as Error).message;
    }
    assert.fail("it was copied");
  }

  it("database copy: has all rows of a file that was closed, which stays as it was", async () => {
    makeLegacyDatabase(file, manyRows(3, "NEW")).close();
    assert.equal(await countRows(), 3);
  });

  it("database copy: has what stands in the write-ahead log alone, of a running program and of one that was killed", async () => {
    const sqlite = makeLegacyDatabase(file, manyRows(3, "NEW"));
    sqlite.pragma("journal_mode = WAL");
    addRows(sqlite, [{ link: "https://videos.example/4" }]);
    assert.equal(await countRows(), 4);
    // As kill -9 leaves it: the log has to be recovered.
    const killed = join(folder, "killed");
    execFileSync("cp", ["-a", dirname(file), killed]);
    sqlite.close();
    file = join(killed, "links.db");
    await rm(`${file}-shm`);
    assert.ok(statSync(`${file}-wal`).size > 0);
    assert.equal(await countRows(), 4);
  });

  it("database copy: has nothing of a change that another program is in the middle of, or that broke off, and waits for no lock", async () => {
    const sqlite = makeLegacyDatabase(file, manyRows(2000, "NEW"));
    // So that the change is in the file, and its undoing in the journal, before it is committed.
    sqlite.pragma("cache_size = 5");
    sqlite.exec("BEGIN EXCLUSIVE; DELETE FROM links WHERE id % 2 = 0");
    assert.ok(statSync(`${file}-journal`).size > 0);
    assert.equal(await countRows(), 2000);
    sqlite.exec("COMMIT");
    assert.equal(await countRows(), 1000);
    sqlite.close();
  });

  it("database copy: follows a symbolic link to what stands beside the file itself", async () => {
    const sqlite = makeLegacyDatabase(file, manyRows(3, "NEW"));
    sqlite.pragma("journal_mode = WAL");
    addRows(sqlite, [{ link: "https://videos.example/4" }]);
    const link = join(folder, "link.db");
    symlinkSync(file, link);
    const { path, dispose } = await copyDatabase(link);
    const links = openLegacyLinks(path, link);
    assert.equal([...links.read()].length, 4);
    links.close();
    await dispose();
    sqlite.close();
  });

  it("database copy: is made of a file whose time lies ahead", async () => {
    makeLegacyDatabase(file, manyRows(3, "NEW")).close();
    utimesSync(file, new Date("2090-01-01"), new Date("2090-01-01"));
    assert.equal(await countRows(), 3);
  });

  it("database copy: is not made while the file is written to all the time", async () => {
    makeLegacyDatabase(file, manyRows(3, "NEW")).close();
    const writing = setInterval(() => {
      utimesSync(file, new Date(), new Date());
    }, 5);
    const complaint = await refusal().finally(() => {
      clearInterval(writing);
    });
    assert.match(complaint, /links\.db is written to all the time: stop the first dwld/);
  });

  it("database copy: is not made of what is no SQLite file, and says what it is", async () => {
    assert.match(await refusal(), /links\.db does not exist/);
    file = join(folder, "first");
    assert.match(await refusal(), /first is a folder/);
    file = join(folder, "empty.db");
    writeFileSync(file, "");
    assert.match(await refusal(), /empty\.db is empty/);
    file = join(folder, "letters.txt");
    writeFileSync(file, "Dear diary, ".repeat(100));
    assert.match(await refusal(), /letters\.txt is not a SQLite database/);
    file = join(folder, "pipe");
    execFileSync("mkfifo", [file]);
    assert.match(await refusal(), /pipe is no file/);
  });
});
