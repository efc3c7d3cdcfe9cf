import assert from "node:assert/strict";
import { it } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { findTask } from "@dwld/queue";
import { openLocation } from "@dwld/queue/testing";
import { DownloadService } from "@dwld/rpc";
import { type Dwld, eventually, idleYtdlp, isThorough, startDwld } from "@dwld/testbed";

const rounds = isThorough ? 8 : 4;
const callers = 16;

/** xorshift32, from 0 up to 1: the same seed is the same run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Adds links until the api is gone; the ids that were answered are in `answered`. */
async function addUntilKilled(client: Dwld["client"], name: string, answered: string[]): Promise<void> {
  for (let count = 0; ; count += 1)
    try {
      const { task } = await client.addTask({ link: `https://videos.example/${name}/${count}` });
      answered.push(task?.id ?? "");
    } catch {
      // Not answered: it may be there or not.
      return;
    }
}

it(
  `killed api: every link that was answered is there, after kill -9 of everything, and ${rounds - 1} times more among ${callers} callers`,
  { timeout: 300_000 },
  async (t) => {
    const seed = Number.parseInt(process.env["SEED"] ?? "", 10) || 1 + Math.floor(Math.random() * 1e9);
    t.diagnostic(`SEED=${seed}`);
    const random = randomFrom(seed);
    const apps = ["api", "worker", "ftp-sender"] as const;
    const dwld = await startDwld({
      apps,
      configuration: { worker: { ytdlp: { command: idleYtdlp } } },
      cleanup: t,
    });
    const answered: string[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const grpc = createClient(DownloadService, createGrpcTransport({ baseUrl: `http://${dwld.addresses.grpc}` }));
      const before = answered.length;
      const calling = Array.from({ length: callers }, (_, caller) =>
        addUntilKilled(caller % 2 === 0 ? grpc : dwld.client, `${round}/${caller}`, answered),
      );
      await eventually("links are answered", () => answered.length > before, { deadlineMs: 60_000 });
      await pause(random() * 150);
      // The others need no second time: without the api they are given nothing.
      await Promise.all((round === 0 ? apps : (["api"] as const)).map((app) => dwld.kill(app)));
      await Promise.all(calling);
      await dwld.restart("api");
    }
    const database = await openLocation(dwld.database);
    const found = await Promise.all(answered.map(async (id) => await findTask(database, id, "all")));
    const lost = answered.filter((_, index) => found[index] === undefined);
    await database.close();
    t.diagnostic(`${answered.length} answered`);
    assert.deepEqual(lost, [], `SEED=${seed}`);
    assert.equal(new Set(answered).size, answered.length);
  },
);
