import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { openDatabase } from "@dwld/queue";
import { TaskState } from "@dwld/rpc";
import { startDwld, startSampleSite, waitForTask } from "@dwld/testbed";
import { Downloader } from "../gen/grpc/v1/downloader_pb.ts";
import { type ImportBed, openBed } from "./testing/import-bed.ts";
import { addRows, makeLegacyDatabase, manyRows, type Row } from "./testing/legacy-database.ts";

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

describe("dwld import-legacy", { timeout: 600_000 }, () => {
  let bed: ImportBed;

  beforeEach(async () => {
    bed = await openBed();
  });

  afterEach(() => bed.close());

  const taken = { history: 1, queued: 3, joined: 0, known: 0, refused: 6 };
  const whole = () => ({
    file: bed.file,
    database: join(bed.data, "dwld.sqlite"),
    dryRun: false,
    complete: true,
    rows: 10,
    ...taken,
  });

  for (const shape of ["target_quality", "target_quantity"] as const)
    it(`import-legacy: takes over what a database with ${shape} knows, says of each row what became of it, and writes nothing to it`, async () => {
      makeLegacyDatabase(bed.file, rows, shape).close();
      const before = readFileSync(bed.file);
      const [each, all] = await bed.told();
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
      assert.deepEqual(readFileSync(bed.file), before);
      assert.deepEqual(readdirSync(bed.folder).toSorted(), ["data", "links.db"]);
    });

  it("import-legacy: is written for a person without --json, whose terminal no link steers, and exits with 1 where a row stays", async () => {
    makeLegacyDatabase(bed.file, rows).close();
    const { status, stdout, stderr } = await bed.run("--data", bed.data, bed.file);
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

  it("import-legacy: exits with 0 where every row is taken over", async () => {
    makeLegacyDatabase(bed.file, rows.slice(0, 4)).close();
    assert.equal((await bed.run("--data", bed.data, bed.file)).status, 0);
    assert.equal((await bed.run("--data", bed.data, bed.file)).status, 0);
  });

  it("import-legacy: --dry-run says the same, and changes nothing", async () => {
    const legacy = makeLegacyDatabase(bed.file, rows);
    const [, all] = await bed.told("--dry-run");
    assert.deepEqual(all, { ...whole(), dryRun: true });
    assert.ok(!existsSync(bed.data));
    const [each] = await bed.told();
    assert.equal(each.length, 10);
    addRows(legacy, [{ link: "https://videos.example/later", status: "NEW" }]);
    const [, again] = await bed.told("--dry-run");
    assert.deepEqual([again["known"], again["queued"]], [4, 1]);
    assert.equal((await bed.counts()).QUEUED, 3);
    legacy.close();
  });

  it("import-legacy: takes no row twice, also when its bot has cleaned the history and new rows have come", async () => {
    const legacy = makeLegacyDatabase(bed.file, rows);
    await using running = await startDwld({ apps: ["api"], configuration: { data: bed.data } });
    const bot = createClient(
      Downloader,
      createConnectTransport({ baseUrl: `http://${running.addresses.http}`, httpVersion: "1.1" }),
    );
    // Into a running server, by its own configuration.
    const first = await bed.run("--config", running.configurationFile, bed.file);
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
    const [, all] = await bed.told();
    assert.deepEqual([all["known"], all["queued"], all["history"]], [4, 1, 0]);
    assert.equal((await bot.queue({})).queue.length, 3);
    legacy.close();
  });

  it("import-legacy: what is queued is downloaded by a worker that runs meanwhile, into the folder that it was meant for", async () => {
    await using site = await startSampleSite({ videos: [{ name: "film" }] });
    await using running = await startDwld({
      apps: ["api", "worker"],
      until: "alive",
      configuration: { data: bed.data },
    });
    const link = site.mediaLink("film");
    makeLegacyDatabase(bed.file, [
      ...manyRows(500, "DONE"),
      { link, status: "TO_SEND", userName: "ann/films" },
    ]).close();
    assert.equal((await bed.run("--config", running.configurationFile, bed.file)).status, 0);
    const { tasks } = await running.client.listTasks({ filter: { text: link } });
    await waitForTask(running.client, tasks[0]?.id ?? "", TaskState.DONE, 180_000);
    assert.equal(readdirSync(join(bed.data, "downloads/ann/films")).length, 1);
  });

  it("import-legacy: joins what waits here already, and rows that ask for the same in other letters", async () => {
    makeLegacyDatabase(bed.file, [
      { link: "https://videos.example/1", status: "NEW" },
      { link: " HTTPS://Videos.Example:443/1", status: "NEW" },
      { link: "https://videos.example/1 ", status: "DONE" },
    ]).close();
    const [each] = await bed.told();
    assert.deepEqual(
      each.map(({ outcome }) => outcome),
      ["queued", "joined", "history"],
    );
    const [, again] = await bed.told();
    assert.equal(again["known"], 3);
  });

  it("import-legacy: a file that cannot be read makes nothing, and is told in one line", async () => {
    const other = join(bed.folder, "other.db");
    const database = await openDatabase({ path: join(bed.folder, "mine.sqlite") });
    await database.close();
    writeFileSync(other, "Dear diary");
    const cases: [path: string, complaint: RegExp][] = [
      [bed.file, /links\.db does not exist/],
      [bed.folder, /is a folder/],
      [other, /other\.db is not a SQLite database/],
      [join(bed.folder, "mine.sqlite"), /mine\.sqlite is not a database of the first dwld: it has no table links/],
    ];
    for (const [path, complaint] of cases) {
      const { status, stdout, stderr } = await bed.run("--data", bed.data, path);
      assert.deepEqual([status, stdout], [1, ""]);
      assert.match(stderr, complaint);
      assert.match(stderr, /^dwld import-legacy: .+\n$/);
    }
    assert.ok(!existsSync(bed.data));
  });

  it("import-legacy: exits with 2 for a wrong command line, and 78 for a wrong configuration", async () => {
    makeLegacyDatabase(bed.file, rows).close();
    for (const args of [[], [bed.file, bed.file], ["--nonsense", bed.file], ["--config"]]) {
      const { status, stdout, stderr } = await bed.run(...args);
      assert.deepEqual([status, stdout], [2, ""], args.join(" "));
      assert.match(stderr, /see dwld import-legacy --help/);
    }
    assert.equal((await bed.run("--config", join(bed.folder, "none.yaml"), bed.file)).status, 78);
    const { status, stdout } = await bed.run("--help");
    assert.equal(status, 0);
    assert.match(stdout, /^Usage: dwld import-legacy/);
  });

  it("import-legacy: a task table that is another program's is left alone, and named", async () => {
    makeLegacyDatabase(bed.file, rows).close();
    const configuration = join(bed.folder, "dwld.yaml");
    writeFileSync(configuration, `database: { path: "${bed.file}" }\n`);
    const before = readFileSync(bed.file);
    const { status, stderr } = await bed.run("--config", configuration, bed.file);
    assert.equal(status, 1);
    assert.match(stderr, /links\.db is a database of another program/);
    assert.deepEqual(readFileSync(bed.file), before);
  });
});
