import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, it } from "node:test";
import { createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { countTasks, openDatabase } from "@dwld/queue";
import { Downloader, TaskState } from "@dwld/rpc";
import { eventually, startDwld, startSampleSite } from "@dwld/testbed";
import { makeLegacyDatabase, manyRows, type Row } from "./fixture/legacy-database.ts";

const dwld = join(import.meta.dirname, "../../../../bin/dwld");

const rows: Row[] = [
  { link: "https://videos.example/done", filename: "A film.mp4", quality: 720, status: "DONE", userName: "ann" },
  { link: "https://videos.example/new", quality: 480, status: "NEW", userName: "ann/films/new" },
  { link: "https://videos.example/work", status: "WORK", userName: "анна/кино" },
  { link: "https://videos.example/sending", filename: "b.mp4", status: "SENDING", userName: "../ben" },
  { link: "videos.example/none", status: "NEW" },
  { link: "https://ann:hush@videos.example/secret", status: "NEW" },
  { link: "", status: "NEW" },
  { status: "NEW" },
  { link: "https://videos.example/odd\u001B[2J", status: "NEW" },
  { link: "https://videos.example/lost", status: "LOST" },
];

describe("dwld import-legacy", { timeout: 240_000 }, () => {
  let folder: string;
  let file: string;
  let data: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "dwld-import-test-"));
    file = join(folder, "links.db");
    data = join(folder, "data");
  });

  afterEach(() => rm(folder, { recursive: true }));

  /** A real one, with its temporary folder below the test's. */
  function start(...args: string[]) {
    const environment = { PATH: process.env["PATH"], TMPDIR: folder };
    return spawn(dwld, ["import-legacy", ...args], { env: environment, stdio: ["ignore", "pipe", "pipe"] });
  }

  async function run(...args: string[]) {
    const child = start(...args);
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
    assert.ok(!`${stdout}${stderr}`.includes("hush"), "a password is told");
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith("dwld-import-") && name !== "data"),
      [],
      "a copy is left",
    );
    return { status: child.exitCode, stdout, stderr };
  }

  type Told = Record<string, unknown> & { row?: number; outcome?: string; note?: string };

  /** The rows, and the whole. */
  async function told(...args: string[]): Promise<[rows: Told[], whole: Told]> {
    const { stdout } = await run("--data", data, "--json", ...args, file);
    const lines = stdout.trim().split("\n");
    const all = lines.map((line) => JSON.parse(line) as Told);
    return [all.slice(0, -1), all.at(-1) ?? {}];
  }

  async function counts() {
    const database = await openDatabase(join(data, "dwld.sqlite"));
    const counted = countTasks(database);
    await database.close();
    return counted;
  }

  const taken = { history: 1, queued: 3, joined: 0, known: 0, refused: 6 };
  const whole = () => ({
    file,
    database: join(data, "dwld.sqlite"),
    dryRun: false,
    complete: true,
    rows: 10,
    ...taken,
  });

  for (const shape of ["target_quality", "target_quantity"] as const)
    it(`takes over what a database with ${shape} knows, says of each row what became of it, and writes nothing to it`, async () => {
      makeLegacyDatabase(file, rows, shape).close();
      const before = readFileSync(file);
      const [each, all] = await told();
      assert.deepEqual(all, whole());
      assert.deepEqual(
        each.map(({ row, outcome }) => [row, outcome]),
        [
          [1, "history"],
          [2, "queued"],
          [3, "queued"],
          [4, "queued"],
          ...[5, 6, 7, 8, 9, 10].map((row) => [row, "refused"]),
        ],
      );
      assert.ok(each.slice(3).every(({ note }) => note !== undefined));
      assert.deepEqual(readFileSync(file), before);
      assert.deepEqual(readdirSync(folder).toSorted(), ["data", "links.db"]);
    });

  it("is written for a person without --json, whose terminal no link steers, and exits with 1 where a row stays", async () => {
    makeLegacyDatabase(file, rows).close();
    const { status, stdout, stderr } = await run("--data", data, file);
    assert.deepEqual([status, stderr], [1, ""]);
    assert.match(stdout, /^row 4: queued \(https:.+\): it was SENDING: .+; its folder "\.\.\/ben" is "ben" here$/m);
    assert.match(
      stdout,
      /^row 6: not taken \(https:\/\/\[redacted\]@videos.+\): link holds a user name or password: /m,
    );
    assert.match(stdout, /^row 8: not taken: it has no link$/m);
    assert.match(
      stdout,
      /links\.db: 10 rows; into \S+dwld\.sqlite\n {2}history {7}1 .+\n {2}queued {8}3 .+\n {2}not taken {5}6 .+\n$/,
    );
    assert.ok(!stdout.includes("\u001B"));
    assert.ok(!stdout.includes("row 1:"), "of what is well there is nothing to say");
  });

  it("exits with 0 where every row is taken over", async () => {
    makeLegacyDatabase(file, rows.slice(0, 4)).close();
    assert.equal((await run("--data", data, file)).status, 0);
    assert.equal((await run("--data", data, file)).status, 0);
  });

  it("--dry-run says the same, and changes nothing", async () => {
    makeLegacyDatabase(file, rows).close();
    const [, all] = await told("--dry-run");
    assert.deepEqual(all, { ...whole(), dryRun: true });
    assert.ok(!existsSync(data));
    const [each] = await told();
    assert.equal(each.length, 10);
    const [, again] = await told("--dry-run");
    assert.deepEqual([again["known"], again["queued"]], [4, 0]);
    assert.deepEqual((await counts()).QUEUED, 3);
  });

  it("takes no row twice, also when its bot has cleaned the history and new rows have come", async () => {
    const legacy = makeLegacyDatabase(file, rows);
    await using running = await startDwld({ apps: ["api"], configuration: { data } });
    const bot = createClient(
      Downloader,
      createConnectTransport({ baseUrl: `http://${running.addresses.http}`, httpVersion: "1.1" }),
    );
    // Into a running server, by its own configuration.
    const first = await run("--config", running.configurationFile, file);
    assert.equal(first.status, 1, first.stderr);
    const { queue } = await bot.queue({});
    assert.deepEqual(
      queue.map(({ link, status, maxQuantity }) => [link, status, maxQuantity]),
      [
        ["https://videos.example/new", "NEW", "480"],
        ["https://videos.example/work", "NEW", "0"],
        ["https://videos.example/sending", "NEW", "0"],
      ],
    );
    const { history } = await bot.cleanHistory({});
    assert.deepEqual(
      history.map(({ link, status, name }) => [link, status, name]),
      [["https://videos.example/done", "DONE", "A film.mp4"]],
    );
    assert.match(history[0]?.message ?? "", /first dwld/);
    await bot.deleteFromQueue({ link: "https://videos.example/new" });
    legacy.exec("INSERT INTO links (link, work_status) VALUES ('https://videos.example/later', 'NEW')");
    const [, all] = await told();
    assert.deepEqual([all["known"], all["queued"], all["history"]], [4, 1, 0]);
    assert.equal((await bot.queue({})).queue.length, 3);
    legacy.close();
  });

  it("what is queued is downloaded by a worker that runs meanwhile, into the folder that it was meant for", async () => {
    await using site = await startSampleSite({ videos: [{ name: "film" }] });
    await using running = await startDwld({ apps: ["api", "worker"], configuration: { data } });
    const link = site.mediaLink("film");
    makeLegacyDatabase(file, [...manyRows(500, "DONE"), { link, status: "TO_SEND", userName: "ann/films" }]).close();
    assert.equal((await run("--config", running.configurationFile, file)).status, 0);
    const films = join(data, "downloads/ann/films");
    await eventually("the film is there", () => existsSync(films) && readdirSync(films).length === 1, {
      deadlineMs: 60_000,
    });
    const { tasks } = await running.client.listTasks({ filter: { states: [TaskState.DONE] }, pageSize: 1 });
    assert.equal(tasks[0]?.link, link);
  });

  it("joins what waits here already, and rows that ask for the same in other letters", async () => {
    makeLegacyDatabase(file, [
      { link: "https://videos.example/1", status: "NEW" },
      { link: " HTTPS://Videos.Example:443/1", status: "NEW" },
      { link: "https://videos.example/1 ", status: "DONE" },
    ]).close();
    const [each] = await told();
    assert.deepEqual(
      each.map(({ outcome }) => outcome),
      ["queued", "joined", "history"],
    );
    const [, again] = await told();
    assert.equal(again["known"], 3);
  });

  for (const signal of ["SIGKILL", "SIGINT"] as const)
    it(`ended by ${signal} in the middle, it has taken whole batches, and the next run takes the rest, each row once`, async () => {
      const total = 20_000;
      makeLegacyDatabase(file, manyRows(total, "DONE")).close();
      const child = start("--data", data, "--json", file);
      const ended = once(child, "close");
      const stderr = text(child.stderr);
      let seen = 0;
      for await (const chunk of child.stdout) {
        if (seen === 0) child.kill(signal);
        seen += (chunk as Buffer).toString().split("\n").length - 1;
      }
      await ended;
      const done = (await counts()).DONE;
      assert.ok(done > 0 && done % 200 === 0, `${done} rows`);
      // It may have been faster than the signal.
      if (signal === "SIGINT" && done < total) {
        assert.match(await stderr, /stopped by a signal; what was taken is kept/);
        assert.equal(child.exitCode, 1);
        assert.equal(seen, done + 1);
      }
      // A killed one cannot remove its copy.
      for (const name of readdirSync(folder).filter((one) => one.startsWith("dwld-import-")))
        await rm(join(folder, name), { recursive: true });
      const [, all] = await told();
      assert.deepEqual([all["known"], all["history"], all["complete"]], [done, total - done, true]);
      assert.equal((await counts()).DONE, total);
    });

  it("a file that cannot be read makes nothing, and is told in one line", async () => {
    const other = join(folder, "other.db");
    const database = await openDatabase(join(folder, "mine.sqlite"));
    await database.close();
    writeFileSync(other, "Dear diary");
    const cases: [path: string, complaint: RegExp][] = [
      [file, /links\.db does not exist/],
      [folder, /is a folder/],
      [other, /other\.db is not a SQLite database/],
      [join(folder, "mine.sqlite"), /mine\.sqlite is not a database of the first dwld: it has no table links/],
    ];
    for (const [path, complaint] of cases) {
      const { status, stdout, stderr } = await run("--data", data, path);
      assert.deepEqual([status, stdout], [1, ""]);
      assert.match(stderr, complaint);
      assert.match(stderr, /^dwld import-legacy: .+\n$/);
    }
    assert.ok(!existsSync(data));
  });

  it("is told what is written wrong, with 2, and what is wrong with the configuration, with 78", async () => {
    makeLegacyDatabase(file, rows).close();
    for (const args of [[], [file, file], ["--nonsense", file], ["--config"]]) {
      const { status, stdout, stderr } = await run(...args);
      assert.deepEqual([status, stdout], [2, ""], args.join(" "));
      assert.match(stderr, /see dwld import-legacy --help/);
    }
    assert.equal((await run("--config", join(folder, "none.yaml"), file)).status, 78);
    const { status, stdout } = await run("--help");
    assert.equal(status, 0);
    assert.match(stdout, /^Usage: dwld import-legacy/);
  });

  it("a task table that is another program's is left alone, and named", async () => {
    makeLegacyDatabase(file, rows).close();
    const configuration = join(folder, "dwld.yaml");
    writeFileSync(configuration, `database: { path: "${file}" }\n`);
    const before = readFileSync(file);
    const { status, stderr } = await run("--config", configuration, file);
    assert.equal(status, 1);
    assert.match(stderr, /links\.db is a database of another program/);
    assert.deepEqual(readFileSync(file), before);
  });
});
