import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { layout } from "@dwld/layout";
import { ProgramBench } from "../testing/program-bench.ts";

const { version } = layout;

describe("version", { concurrency: 2, timeout: 120_000 }, () => {
  test("version: shows those of the command, the server, its processes, and yt-dlp", async () => {
    await using on = await ProgramBench.start();
    const host = "nas";
    on.api.status = {
      version: "0.2.0",
      processes: [
        { app: "api", host, version: "0.2.0", alive: true },
        { app: "worker", host, version: "0.1.9", alive: true, ytdlpVersion: "2026.10.26" },
        { app: "worker", host, version: "0.0.1", alive: false, ytdlpVersion: "2020.01.01" },
        { app: "ftp-sender", host, version: "0.2.0", alive: true },
      ],
    };
    const { status, stdout } = await on.run(["version"]);
    assert.equal(status, 0);
    assert.deepEqual(stdout.trimEnd().split("\n"), [
      `dwld        ${version}`,
      `server      0.2.0 at ${on.url}`,
      "worker      0.1.9 (not the version above; systemctl restart 'dwld-*' on its machine if that was upgraded), yt-dlp 2026.10.26",
      "ftp-sender  0.2.0",
    ]);
    const json = await on.run(["version", "--json"]);
    assert.deepEqual(JSON.parse(json.stdout), {
      version,
      server: { address: on.url, version: "0.2.0" },
      processes: [
        { app: "worker", host, version: "0.1.9", ytdlpVersion: "2026.10.26" },
        { app: "ftp-sender", host, version: "0.2.0" },
      ],
    });
  });

  test("version: a server that is away is shown, and is no failure of the command", async () => {
    await using on = await ProgramBench.start();
    await on.kill();
    const { status, stdout, stderr } = await on.run(["version"]);
    assert.deepEqual([status, stderr], [0, ""]);
    assert.match(stdout, new RegExp(`^dwld    ${version}\nserver  no answer from ${on.url}: connection refused`));
    const { server, processes } = JSON.parse((await on.run(["version", "--json"])).stdout) as {
      server: { failure: string };
      processes: unknown[];
    };
    assert.match(server.failure, /connection refused/);
    assert.deepEqual(processes, []);
    assert.equal((await on.run(["--version"])).stdout, `${version}\n`);
  });
});
