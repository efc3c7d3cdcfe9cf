import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { loadConfiguration, withoutSecrets } from "@dwld/daemon";
import { countTasks, openDatabase } from "@dwld/queue";
import { dwldCommand as dwld } from "@dwld/testbed";
import { importLegacy, jsonReport } from "../index.ts";

/** A line of `--json`: of a row, or of the whole. */
export type Told = Record<string, unknown> & { row?: number; outcome?: string; note?: string };

export type ImportBed = Awaited<ReturnType<typeof openBed>>;

/** A folder with a place for the first dwld's file and one for dwld's data, and the command on them, as a process. */
export async function openBed() {
  const folder = await mkdtemp(join(tmpdir(), "dwld-import-test-"));
  const file = join(folder, "links.db");
  const data = join(folder, "data");

  /** With its temporary folder below the test's. */
  function start(...args: string[]) {
    const environment = { PATH: process.env["PATH"], TMPDIR: folder };
    return spawn(dwld, ["import-legacy", ...args], { env: environment, stdio: ["ignore", "pipe", "pipe"] });
  }

  /** Whatever happens, no password is told and no copy is left. */
  async function run(...args: string[]) {
    const child = start(...args);
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
    assert.ok(!`${stdout}${stderr}`.includes("hush"), "a password is told");
    assert.deepEqual(copies(), [], "a copy is left");
    return { status: child.exitCode, stdout, stderr };
  }

  function copies(): string[] {
    return readdirSync(folder).filter((name) => name.startsWith("dwld-import-"));
  }

  return {
    folder,
    file,
    data,
    start,
    run,
    /** Imports in this process, without a server, and returns what `--json` says: the rows, and the whole. */
    async told(dryRun: "--dry-run" | "" = ""): Promise<[rows: Told[], whole: Told]> {
      const all: Told[] = [];
      const report = jsonReport((value) => all.push(value as Told));
      const configuration = loadConfiguration({ data }, {});
      await importLegacy({ file, dryRun: dryRun !== "" }, configuration, report, new AbortController().signal);
      assert.ok(!JSON.stringify(withoutSecrets(all)).includes("hush"), "a password is told");
      return [all.slice(0, -1), all.at(-1) ?? {}];
    },
    async counts() {
      const database = await openDatabase({ path: join(data, "dwld.sqlite") });
      const counted = await countTasks(database, "all");
      await database.close();
      return counted;
    },
    async removeCopies(): Promise<void> {
      for (const name of copies()) await rm(join(folder, name), { recursive: true });
    },
    close: () => rm(folder, { recursive: true }),
  };
}
