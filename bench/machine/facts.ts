import { closeSync, fdatasyncSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { availableParallelism, cpus, release, tmpdir, totalmem, type } from "node:os";
import { join } from "node:path";
import BetterSqlite3 from "better-sqlite3";
import { execa } from "execa";
import { quantile } from "../pairs.ts";

/** On what something was measured; nothing that tells whose machine it is. */
export type MachineFacts = {
  processor: string;
  cores: number;
  memoryGigabytes: number;
  system: string;
  /** The median duration of a write of 4 KiB with its fdatasync, on the disk that the bench uses. */
  syncMs: number;
  versions: Readonly<Record<string, string>>;
};

/** Each tells its version in the first line that has one. */
const programs: Record<string, readonly [string, ...string[]]> = {
  "yt-dlp": ["yt-dlp", "--version"],
  Python: ["python3", "--version"],
  ffmpeg: ["ffmpeg", "-version"],
  curl: ["curl", "--version"],
  PostgreSQL: ["postgres", "--version"],
  // It speaks on its standard input: to the client, if it was started by inetd.
  vsftpd: ["sh", "-c", "vsftpd -v 0>&1"],
};

export async function readMachineFacts(): Promise<MachineFacts> {
  const versions = Object.entries(programs).map(async ([name, command]) => [name, await versionOf(command)] as const);
  return {
    processor: cpus()[0]?.model ?? "unknown",
    cores: availableParallelism(),
    memoryGigabytes: Number((totalmem() / 1e9).toFixed(1)),
    // Without what a distribution or a machine adds to the number.
    system: `${type()} ${/^[\d.]+/.exec(release())?.[0]}${distribution()}`,
    syncMs: measureSync(join(tmpdir(), "sync")),
    versions: {
      "Node.js": process.versions.node,
      SQLite: sqliteVersion(),
      ...Object.fromEntries(await Promise.all(versions)),
    },
  };
}

async function versionOf([program, ...words]: readonly [string, ...string[]]): Promise<string> {
  const { all } = await execa(program, words, { all: true, reject: false });
  return /\d+(\.\d+)+/.exec(all)?.[0] ?? "unknown";
}

function sqliteVersion(): string {
  const sqlite = new BetterSqlite3(":memory:");
  const version = sqlite.prepare("SELECT sqlite_version()").pluck().get();
  sqlite.close();
  return String(version);
}

/** os-release(5). */
function distribution(): string {
  const name = /^PRETTY_NAME="(.*)"$/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1];
  return name === undefined ? "" : `, ${name}`;
}

function measureSync(path: string): number {
  const page = Buffer.alloc(4096, 1);
  const file = openSync(path, "w");
  const durationsMs = Array.from({ length: 101 }, () => {
    const startMs = performance.now();
    writeSync(file, page);
    fdatasyncSync(file);
    return performance.now() - startMs;
  });
  closeSync(file);
  rmSync(path);
  return quantile(durationsMs, 0.5);
}
