import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fromNow } from "../testing/in-memory-api.ts";
import { ProgramBench } from "../testing/program-bench.ts";

describe("hosts", { concurrency: 2, timeout: 120_000 }, () => {
  test("hosts: shows each machine with its processes, its disk, what waits there and its last sign of life", async () => {
    await using on = await ProgramBench.start();
    on.api.hosts = [
      {
        name: "nas",
        alive: true,
        sharedFolder: "videos",
        downloadsDisk: { path: "/srv/videos", freeBytes: 40_000_000_000n, totalBytes: 100_000_000_000n },
        processes: [
          { app: "worker", pid: 7, version: "1.2.3", ytdlpVersion: "2026.10.26", alive: true, trouble: "no room" },
          { app: "ftp-sender", pid: 8, version: "1.2.3", alive: false },
        ],
      },
      { name: "old", lastSeenTime: fromNow(-7_200_000), waitingCount: 1n, downloadsDisk: { waitingBytes: 2_000_000n } },
    ];
    const { status, stdout } = await on.run(["hosts"]);
    assert.equal(status, 0);
    for (const line of [
      /^nas +alive {2}40\.0 GB of 100 GB free, \/srv\/videos {2}shared as videos {2}nothing waits for delivery$/m,
      /^ {2}worker +pid 7 {2}1\.2\.3 {2}yt-dlp 2026\.10\.26 {2}trouble: no room$/m,
      /^ {2}ftp-sender +pid 8, not alive {2}1\.2\.3$/m,
      /^old +not alive, last sign of life 2h00m ago {2}1 task waits for delivery, 2\.00 MB$/m,
    ])
      assert.match(stdout, line);
    assert.match((await on.run(["hosts", "--json"])).stdout, /"name":"nas"/);
  });

  test("host forget: says what would start again, and does it only with --yes; one that is alive is refused", async () => {
    await using on = await ProgramBench.start();
    on.api.hosts = [
      { name: "old", waitingCount: 2n },
      { name: "nas", alive: true },
    ];
    const dry = await on.run(["host", "forget", "old", "--dry-run"]);
    assert.deepEqual([dry.status, dry.stdout], [0, "would declare old gone: 2 tasks start again elsewhere\n"]);
    assert.equal(on.api.hosts.length, 2);
    const unasked = await on.run(["host", "forget", "old"]);
    assert.equal(unasked.status, 2);
    assert.match(unasked.stderr, /no terminal to ask on/);
    const done = await on.run(["host", "forget", "old", "--yes"]);
    assert.deepEqual([done.status, done.stdout], [0, "declared old gone: 2 tasks start again elsewhere\n"]);
    assert.deepEqual(
      on.api.hosts.map(({ name }) => name),
      ["nas"],
    );
    const alive = await on.run(["host", "forget", "nas", "--yes"]);
    assert.equal(alive.status, 1);
    assert.match(alive.stderr, /is alive/);
    const unknown = await on.run(["host", "forget", "nowhere", "--yes"]);
    assert.equal(unknown.status, 1);
    assert.match(unknown.stderr, /there is no machine "nowhere"/);
  });
});
