import assert from "node:assert/strict";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, it } from "node:test";
import { loadConfiguration } from "@dwld/daemon";
import { type ImportBed, openBed } from "./testing/import-bed.ts";
import { makeLegacyDatabase, manyRows } from "./testing/legacy-database.ts";
import { importLegacy } from "./import-legacy.ts";
import { jsonReport } from "./report.ts";

describe("an import that is ended", { timeout: 600_000 }, () => {
  let bed: ImportBed;

  beforeEach(async () => {
    bed = await openBed();
  });

  afterEach(() => bed.close());

  it("import-legacy: asked to stop, it finishes the batch in work and no other, and says that there are more", async () => {
    makeLegacyDatabase(bed.file, manyRows(1000, "DONE")).close();
    const stopping = new AbortController();
    const told: unknown[] = [];
    const report = jsonReport((value) => {
      told.push(value);
      stopping.abort();
    });
    const configuration = loadConfiguration({ data: bed.data }, {});
    const complete = await importLegacy({ file: bed.file, dryRun: false }, configuration, report, stopping.signal);
    assert.equal(complete, false);
    assert.equal((await bed.counts()).DONE, 200);
    assert.equal(told.length, 201);
    const { complete: whole, history } = told.at(-1) as { complete: boolean; history: number };
    assert.deepEqual([whole, history], [false, 200]);
  });

  for (const signal of ["SIGKILL", "SIGINT"] as const)
    it(`import-legacy: ended by ${signal} in the middle, it has taken whole batches, and the next run takes the rest, each row once`, async () => {
      const total = 6000;
      makeLegacyDatabase(bed.file, manyRows(total, "DONE")).close();
      const child = bed.start("--data", bed.data, "--json", bed.file);
      const ended = once(child, "close");
      const stderr = text(child.stderr);
      let seen = 0;
      for await (const chunk of child.stdout) {
        if (seen === 0) child.kill(signal);
        seen += (chunk as Buffer).toString().split("\n").length - 1;
      }
      await ended;
      const done = (await bed.counts()).DONE;
      assert.ok(done > 0 && done % 200 === 0, `${done} rows`);
      // Most of what it prints does not fit into the pipe: it cannot have come to its end before the signal was sent.
      if (signal === "SIGINT") {
        assert.match(await stderr, /stopped by a signal; what was taken is kept/);
        assert.equal(child.exitCode, 1);
        assert.equal(seen, done + 1);
      }
      // A killed one cannot remove its copy.
      await bed.removeCopies();
      const [, all] = await bed.told();
      assert.deepEqual([all["known"], all["history"], all["complete"]], [done, total - done, true]);
      assert.equal((await bed.counts()).DONE, total);
    });
});
