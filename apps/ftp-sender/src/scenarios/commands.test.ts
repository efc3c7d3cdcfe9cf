import assert from "node:assert/strict";
import { readdir, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { startProftpd, startVsftpd } from "@dwld/testbed";
import { type Database, openDatabase } from "@dwld/queue";
import { video } from "@dwld/delivery/testing";
import { type Beds, deliver, isPart, makeBeds } from "../testing/beds.ts";

/** More than what is sent before its name is looked at. */
const large = 5_000_000;

/** A delivery, and the whole of what it says in a session that is open. A command more is one that somebody added. */
type Case = {
  name: string;
  files: Record<string, number>;
  rules?: { conflict: "overwrite" };
  /** Commands that the server does not have. */
  lacks?: RegExp;
  /** Makes what the delivery meets. */
  prepare?: (beds: Beds) => Promise<unknown>;
  says: readonly string[];
  /** The writes of the task table between the claim, which reserves the name of a small file, and the end of the task. */
  writes: number;
};

const sent = ["EPSV", "STOR part"];
const published = (name: string) => [`SIZE ${name}`, "RNFR part", `RNTO ${name}`, `SIZE ${name}`];
const foreign = ({ server }: Beds) => writeFile(join(server.root, "v.mp4"), "another");

const withoutHashes: Case[] = [
  {
    name: "an ordinary file",
    files: { "v.mp4": 1000 },
    says: [...sent, "SIZE part", ...published("v.mp4")],
    writes: 0,
  },
  {
    name: "a file that is too large to be sent in vain",
    files: { "v.mp4": large },
    says: ["SIZE v.mp4", ...sent, "SIZE part", ...published("v.mp4")],
    writes: 1,
  },
  {
    name: "two files of a task, which get the same number",
    files: { "v.srt": 10, "v.mp4": large },
    says: [
      ...["SIZE v.srt", "SIZE v.mp4"],
      ...[...sent, "SIZE part", ...published("v.srt")],
      ...[...sent, "SIZE part", ...published("v.mp4")],
    ],
    writes: 2,
  },
  {
    name: "a file whose name is taken",
    files: { "v.mp4": 1000 },
    prepare: foreign,
    says: [...sent, "SIZE part", "SIZE v.mp4", ...published("v (2).mp4")],
    writes: 1,
  },
  {
    name: "a file that replaces another",
    files: { "v.mp4": 1000 },
    rules: { conflict: "overwrite" },
    prepare: foreign,
    says: [...sent, "SIZE part", ...published("v.mp4")],
    writes: 1,
  },
  {
    name: "a file on a server without SIZE and MLST",
    files: { "v.mp4": 1000 },
    lacks: /^(SIZE|MLST)/,
    says: [
      ...[...sent, "CWD", "EPSV", "LIST -a"],
      ...["CWD", "EPSV", "LIST -a", "RNFR part", "RNTO v.mp4", "CWD", "EPSV", "LIST -a"],
    ],
    writes: 0,
  },
];

const withHashes: Case[] = [
  {
    name: "an ordinary file",
    files: { "v.mp4": 1000 },
    says: [...sent, "HASH part", ...published("v.mp4")],
    writes: 0,
  },
  {
    name: "a file on a server without SIZE",
    files: { "v.mp4": 1000 },
    lacks: /^SIZE/,
    says: [...sent, "HASH part", "MLST v.mp4", "RNFR part", "RNTO v.mp4", "MLST v.mp4"],
    writes: 0,
  },
];

for (const { server, start, cases } of [
  { server: "without hashes", start: startVsftpd, cases: withoutHashes },
  { server: "with hashes", start: startProftpd, cases: withHashes },
])
  describe(`commands to a server ${server}`, { concurrency: 4 }, () => {
    for (const { name, files, rules = {}, lacks, prepare, says, writes } of cases)
      test(`commands: ${name}, to a server ${server}`, async () => {
        await using beds = await makeBeds(start, rules);
        const {
          bed,
          tampered,
          server: { directory },
        } = beds;
        tampered.tamper.onCommand = (command) => (lacks?.test(command) === true ? "502 No." : undefined);
        // Logs in, learns what the server has, and makes the folder.
        await bed.addReady([video("first.mp4", 10)]);
        await deliver(beds);
        await prepare?.(beds);
        const { id } = await bed.addReady(Object.entries(files).map(([file, sizeBytes]) => video(file, sizeBytes)));
        tampered.commands.length = 0;
        await using database = await countingDatabase(bed.database.name);
        await beds.sender.deliver((onClaim) => bed.claim(undefined, onClaim), { changes: { database } });
        assert.equal(database.writes, writes);
        assert.equal((await bed.task(id)).state, "DONE", (await bed.task(id)).failure_message ?? "");
        assert.deepEqual(
          tampered.commands.map((command) => plain(command, directory)),
          says,
        );
      });
  });

test("commands: a file that is resumed", async () => {
  await using beds = await makeBeds(startVsftpd);
  const { bed, tampered, server } = beds;
  const { id } = await bed.addReady([video("v.mp4", large)]);
  tampered.tamper.onReply = ({ command, reply }) =>
    command.startsWith("STOR") && reply.startsWith("226") ? "cut" : "pass";
  await deliver(beds);
  tampered.tamper = {};
  const part = (await readdir(server.root)).find(isPart) ?? "";
  await truncate(join(server.root, part), large / 2);
  await bed.addReady([video("first.mp4", 10)]);
  await deliver(beds);
  tampered.commands.length = 0;
  await deliver(beds, id);
  assert.equal((await bed.task(id)).state, "DONE", (await bed.task(id)).failure_message ?? "");
  assert.deepEqual(
    tampered.commands.map((command) => plain(command, server.directory)),
    [
      ...["SIZE v.mp4", "SIZE part", "RNFR part", "RNTO part", "SIZE part"],
      // A resumed file is compared by its content in any case.
      ...["EPSV", "REST 2500000", "STOR part", "SIZE part", "SIZE part", "EPSV", "RETR part"],
      ...published("v.mp4"),
    ],
  );
});

/** Opens the task table once more, for nothing but the delivery: the other connection has the heartbeats. */
async function countingDatabase(path: string): Promise<Database & AsyncDisposable & { writes: number }> {
  const database = await openDatabase({ path });
  const write = database.write.bind(database);
  const counting = Object.assign(database, { writes: 0, [Symbol.asyncDispose]: () => database.close() });
  counting.write = (change, notify) => {
    counting.writes += 1;
    return write(change, notify);
  };
  return counting;
}

/** Returns a command without the folder and the part's own name. */
function plain(command: string, directory: string): string {
  return command
    .replace(`${directory}/`, "")
    .replace(/\.dwld-\S+\.part$/, "part")
    .replace(/^CWD .*/, "CWD");
}
