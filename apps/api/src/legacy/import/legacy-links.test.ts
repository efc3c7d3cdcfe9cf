import assert from "node:assert/strict";
import { closeSync, openSync, statSync, truncateSync, writeSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import BetterSqlite3 from "better-sqlite3";
import { makeLegacyDatabase, manyRows } from "./testing/legacy-database.ts";
import { LegacyFileError } from "./legacy-file-error.ts";
import { openLegacyLinks } from "./legacy-links.ts";

describe("the first dwld's table links", () => {
  let folder: string;
  let path: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "dwld-legacy-"));
    path = join(folder, "links.db");
  });

  afterEach(() => rm(folder, { recursive: true }));

  function readAll() {
    const links = openLegacyLinks(path, "links.db");
    try {
      return [...links.read()];
    } finally {
      links.close();
    }
  }

  function refusal(): string {
    try {
      readAll();
    } catch (error) {
      assert.ok(error instanceof LegacyFileError, String(error));
      return error.message;
    }
    assert.fail("it was read");
  }

  function make(sql: string): void {
    const sqlite = new BetterSqlite3(path);
    sqlite.exec(sql);
    sqlite.close();
  }

  const full = {
    link: "https://videos.example/1",
    filename: "1.mp4",
    quality: 720,
    status: "DONE",
    message: "ok",
    userName: "ann",
  };

  for (const shape of ["target_quality", "target_quantity"] as const)
    it(`legacy database: is read with ${shape}`, () => {
      makeLegacyDatabase(path, [full], shape).close();
      assert.deepEqual(readAll(), [{ row: 1, linkBytes: 24, ...full }]);
    });

  it("legacy database: is read whatever the case of its names, and with columns that it lacks or has beside", () => {
    make(`CREATE TABLE Links ("Work_Status" TEXT, extra BLOB, "LINK" TEXT);
      INSERT INTO Links VALUES ('NEW', x'00', 'https://videos.example/1')`);
    const nothing = { filename: null, quality: null, message: null, userName: null };
    assert.deepEqual(readAll(), [
      { row: 1, link: "https://videos.example/1", linkBytes: 24, status: "NEW", ...nothing },
    ]);
  });

  it("legacy database: is read with values of any type in any column", () => {
    const rows = [
      {},
      { link: Buffer.from("https://videos.example/blob"), status: Buffer.from("NEW"), quality: "720p" },
      { link: 7n, status: 1.5, quality: 9_223_372_036_854_775_807n, filename: 3, message: Buffer.from([0xff, 0xfe]) },
      { link: "a".repeat(100_000), status: "NEW", message: "b".repeat(10_000_000), quality: "best" },
      { link: "https://videos.example/\u0000x", userName: "😀" },
    ];
    makeLegacyDatabase(path, rows).close();
    const found = readAll();
    assert.deepEqual(
      found.map(({ link, linkBytes, quality }) => [link, linkBytes, quality]),
      [
        [null, null, null],
        ["https://videos.example/blob", 27, 720],
        ["7", 1, 2 ** 63],
        [null, 100_000, 0],
        ["https://videos.example/\u0000x", 25, null],
      ],
    );
    assert.equal(found[2]?.message, "\uFFFD\uFFFD");
    assert.equal(found[3]?.message?.length, 4096);
  });

  it("legacy database: is no table of another program's database, nor a view", () => {
    make("CREATE TABLE notes (text TEXT)");
    assert.match(refusal(), /^links\.db is not a database of the first dwld: it has no table links$/);
    make("CREATE VIEW links AS SELECT text AS link, text AS work_status FROM notes");
    assert.match(refusal(), /it has no table links/);
    make("DROP VIEW links; CREATE TABLE links (link TEXT)");
    assert.match(refusal(), /its table links has no column work_status/);
    make("DROP TABLE links; CREATE TABLE links (url TEXT, work_status TEXT)");
    assert.match(refusal(), /its table links has no column link/);
  });

  it("legacy database: is not read where pages of it are damaged, or its end is missing, and the way to save it is told", () => {
    makeLegacyDatabase(path, manyRows(2000, "NEW")).close();
    const { size } = statSync(path);
    const file = openSync(path, "r+");
    writeSync(file, Buffer.alloc(4096, 0x5a), 0, 4096, 4096 * 10);
    closeSync(file);
    assert.match(
      refusal(),
      /^links\.db is damaged \(.+\)\. It was left as it is\. Save .+ sqlite3 "links\.db" \.recover/,
    );
    truncateSync(path, size / 2);
    assert.match(refusal(), /^links\.db is damaged/);
    truncateSync(path, 100);
    assert.match(refusal(), /^links\.db is damaged/);
  });
});
