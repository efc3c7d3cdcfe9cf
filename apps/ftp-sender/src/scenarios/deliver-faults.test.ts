import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import {
  cut,
  type FtpAnswer,
  type FtpScript,
  loss,
  type ScriptedFtpServer,
  silence,
  startScriptedFtp,
} from "@dwld/testbed";
import type { DeliveryRules } from "@dwld/daemon";
import { isPart } from "../testing/beds.ts";
import {
  type DeliveryBed,
  filesBelow,
  makeDeliveryBed,
  sha256,
  video,
  type TestDeliverer,
} from "@dwld/delivery/testing";
import { answering } from "../testing/ftp-servers.ts";
import { makeTestSender } from "../testing/test-server.ts";

type Beds = { bed: DeliveryBed; server: ScriptedFtpServer; sender: TestDeliverer };

const sizeBytes = 3_000_000;

/** Runs with a task table, a server that misbehaves by a script, and a sender without its process. */
async function withScript(
  script: FtpScript,
  rules: Partial<DeliveryRules>,
  run: (beds: Beds) => Promise<void>,
): Promise<void> {
  await using bed = await makeDeliveryBed();
  await using server = await startScriptedFtp(script);
  await using sender = makeTestSender(bed, { ...server, idleTimeoutMs: 500 }, rules);
  await run({ bed, server, sender });
}

/** Delivers once, as if the time of the next attempt had come. */
async function deliver({ bed, sender }: Beds, id: string): Promise<void> {
  const lease = await bed.claim((await bed.task(id)).not_before ?? undefined);
  await sender.deliver(lease);
}

const onAny =
  (asked: RegExp, answer: FtpAnswer): NonNullable<FtpScript["onCommand"]> =>
  (command) =>
    asked.test(command) ? answer : undefined;

type Fault = { what: string; script: FtpScript; rules?: Partial<DeliveryRules> };

/** Faults that keep a file from being delivered; `says` is the reason with which the task waits. */
const faults: (Fault & { says: RegExp })[] = [
  { what: "the connection is cut before the first byte", script: { upload: { atByte: 0, comes: cut } }, says: /./ },
  { what: "the connection is cut in the middle", script: { upload: { atByte: 1_500_000, comes: cut } }, says: /broke/ },
  {
    what: "the connection is cut at the last byte",
    script: { upload: { atByte: sizeBytes, comes: cut } },
    says: /broke/,
  },
  {
    what: "the disk is full in the middle",
    script: { upload: { atByte: 1_500_000, comes: "452 Full." } },
    says: /no space left/,
  },
  {
    what: "the server shuts down in the middle",
    script: { upload: { atByte: 1_500_000, comes: "421 Bye." } },
    says: /421 Bye/,
  },
  {
    what: "the server stops reading",
    script: { upload: { atByte: 1000, comes: silence } },
    says: /stopped|does not answer/,
  },
  {
    what: "the end is never confirmed",
    script: { upload: { atByte: sizeBytes, comes: silence } },
    says: /stopped|does not answer/,
  },
  {
    what: "an end of the file is lost, and confirmed",
    script: { upload: { atByte: sizeBytes - 1, comes: loss } },
    says: /has 2999999 bytes of .* where 3000000 were sent/,
  },
  { what: "all is lost, and confirmed", script: { upload: { atByte: 0, comes: loss } }, says: /has 0 bytes/ },
  { what: "sizes are told wrongly", script: { size: (bytes) => String(bytes + 1) }, says: /has 3000001 bytes/ },
  {
    what: "sizes are told in no way",
    script: { features: ["SIZE"], onCommand: onAny(/^(SIZE|LIST|MLSD)/, "502 No.") },
    says: /would not tell the size/,
  },
  {
    what: "hashes are wrong",
    script: { hash: (right) => right.replaceAll(/[0-7]/g, "8") },
    says: /has other bytes .* SHA-256/,
  },
  {
    what: "the file cannot be read back",
    script: { onCommand: onAny(/^RETR/, "550 No.") },
    rules: { verify: "readback" },
    says: /would not read/,
  },
  { what: "the hash never comes", script: { onCommand: onAny(/^(HASH|XSHA256)/, silence) }, says: /does not answer/ },
  {
    what: "every rename is refused",
    script: { onCommand: answering("RNTO", "550 No.") },
    says: /does not accept the name/,
  },
  {
    what: "a rename is confirmed and not done",
    script: { onCommand: answering("RNTO", "250 Renamed.") },
    says: /has no bytes/,
  },
  {
    what: "the answer to the rename never comes",
    script: { onCommand: answering("RNTO", silence) },
    says: /does not answer/,
  },
  {
    what: "an answer has 10 MB",
    script: { onCommand: answering("EPSV", `229-${"x".repeat(10_000_000)}`) },
    says: /answer without end/,
  },
  {
    what: "the passive port is another's",
    script: { onCommand: onAny(/^(EPSV|PASV)/, "227 (127,0,0,1,0,1)") },
    says: /no data connection/,
  },
  {
    what: "the login is refused",
    script: { onCommand: answering("PASS", "530 Login incorrect.") },
    says: /refuses the login/,
  },
];

for (const { what, script, rules = {}, says } of faults)
  test(`server fault, ${what}: the task waits and says so, nothing has its final name, and it is DONE when that is over`, () =>
    withScript(script, rules, async (beds) => {
      const { bed, server } = beds;
      const source = video("кино.mp4", sizeBytes);
      const { id } = await bed.addReady([source]);
      await deliver(beds, id);
      const failed = await bed.task(id);
      assert.equal(failed.state, "READY_TO_SEND");
      assert.match(failed.failure_message ?? "", says);
      assert.notEqual(failed.advice_texts, "");
      assert.doesNotMatch(failed.failure_message ?? "", /[\p{Cc}\p{Cf}]/u);
      assert.ok((failed.failure_message ?? "").length < 500);
      assert.ok(existsSync((await bed.files(id))[0]?.local_path ?? ""), "the source is gone");
      assert.deepEqual(
        Object.keys(await filesBelow(server.root)).filter((name) => !isPart(name)),
        [],
      );
      server.script = {};
      // The server may be known by now as one that does not resume or hash.
      await deliver(beds, id);
      assert.equal((await bed.task(id)).state, "DONE", (await bed.task(id)).failure_message ?? "");
      const there = await filesBelow(server.root);
      assert.deepEqual(Object.values(there), [sha256(source.bytes)]);
      assert.ok(["кино.mp4", `${id}.mp4`].includes(Object.keys(there)[0] ?? ""));
      assert.equal((await bed.files(id))[0]?.local_path, null);
    }));

/** Oddities with which a delivery succeeds; `verified` is how the copy is verified. */
const oddities: (Fault & { verified: RegExp })[] = [
  { what: "answers come byte by byte", script: { inPieces: true }, verified: /SHA-256/ },
  {
    what: "there is nothing but RFC 959",
    script: { features: [], onCommand: onAny(/^(FEAT|SIZE|MLST|MLSD|EPSV|OPTS|REST|HASH)/, "502 No.") },
    verified: /^size$/,
  },
  {
    what: "PASV tells another address",
    script: { passiveAddress: "10,0,0,1", onCommand: answering("EPSV", "500 No.") },
    verified: /SHA-256/,
  },
  {
    what: "the announced hash is refused",
    script: { onCommand: onAny(/^(HASH|XSHA256)/, "504 No.") },
    verified: /^size/,
  },
  { what: "OPTS HASH is refused", script: { onCommand: onAny(/^OPTS HASH/, "501 No.") }, verified: /SHA-256/ },
  {
    what: "the hash cannot be read",
    script: { onCommand: onAny(/^(HASH|XSHA256)/, "213 It is fine, trust me") },
    verified: /^size/,
  },
  {
    what: "the file's title is refused",
    script: { onCommand: onAny(/^RNTO .*кино/u, "553 No.") },
    verified: /SHA-256/,
  },
  { what: "the file is read back", script: {}, rules: { verify: "readback" }, verified: /read back/ },
];

for (const { what, script, rules = {}, verified } of oddities)
  test(`odd server, ${what}: the task is DONE, with the right bytes`, () =>
    withScript(script, rules, async (beds) => {
      const { bed, server } = beds;
      const source = video("кино.mp4", sizeBytes);
      const { id } = await bed.addReady([source]);
      await deliver(beds, id);
      assert.equal((await bed.task(id)).state, "DONE", (await bed.task(id)).failure_message ?? "");
      assert.deepEqual(Object.values(await filesBelow(server.root)), [sha256(source.bytes)]);
      assert.match((await bed.files(id))[0]?.verified_by ?? "", verified);
    }));

const resumptions: { what: string; script?: FtpScript; change?: (part: string) => Promise<void> }[] = [
  { what: "goes on where it ended" },
  { what: "obeys REST and begins anew", script: { ignoresRest: true } },
  { what: "refuses REST and APPE", script: { onCommand: onAny(/^(REST|APPE)/, "502 No.") } },
  { what: "refuses the upload behind REST", script: { onCommand: afterRest("451 Not like that.") } },
  { what: "has lost what it had", change: (part) => rm(part) },
  { what: "has lost the end of what it had", change: (part) => truncate(part, 1_500_000) },
  { what: "has other bytes in what it had", change: (part) => writeFile(part, randomBytes(2_000_000)) },
];

for (const { what, script = {}, change } of resumptions)
  for (const features of [undefined, []])
    test(`after a cut: a server ${features === undefined ? "with" : "without"} hashes that ${what} gets the right bytes`, () =>
      withScript(
        { ...(features === undefined ? {} : { features }), upload: { atByte: 2_000_000, comes: cut } },
        {},
        async (beds) => {
          const { bed, server } = beds;
          const source = video("v.mp4", sizeBytes);
          const { id } = await bed.addReady([source]);
          await deliver(beds, id);
          const [part = ""] = Object.keys(await filesBelow(server.root));
          await change?.(join(server.root, part));
          server.script = { ...script, ...(features === undefined ? {} : { features }) };
          // A resumed copy that turns out wrong is sent anew by the next run.
          for (let run = 0; run < 2 && (await bed.task(id)).state !== "DONE"; run += 1) await deliver(beds, id);
          assert.equal((await bed.task(id)).state, "DONE", (await bed.task(id)).failure_message ?? "");
          assert.deepEqual(await filesBelow(server.root), { "v.mp4": sha256(source.bytes) });
        },
      ));

/** Refuses an upload behind a restart. */
function afterRest(answer: FtpAnswer): NonNullable<FtpScript["onCommand"]> {
  let before = "";
  return (command) => {
    const refused = command.startsWith("STOR") && before.startsWith("REST");
    before = command;
    return refused ? answer : undefined;
  };
}

test("after a stall: a part to which not a byte came is not resumed by the next run, which sends the whole file", () =>
  withScript({ features: [], upload: { atByte: 2_000_000, comes: cut } }, {}, async (beds) => {
    const { bed, server } = beds;
    const source = video("v.mp4", sizeBytes);
    const { id } = await bed.addReady([source]);
    await deliver(beds, id);
    const restarts: string[] = [];
    const onCommand: FtpScript["onCommand"] = (command) => {
      if (/^(REST|APPE)/.test(command) && command !== "REST 0") restarts.push(command);
      return undefined;
    };
    // The server keeps the part for a sender that is frozen, and takes nothing for it.
    server.script = { features: [], onCommand, upload: { atByte: 0, comes: silence } };
    await deliver(beds, id);
    assert.match((await bed.task(id)).failure_message ?? "", /stopped|does not answer/);
    const tried = restarts.length;
    assert.ok(tried > 0, "it was resumed once");
    server.script = { features: [], onCommand };
    await deliver(beds, id);
    assert.equal((await bed.task(id)).state, "DONE", (await bed.task(id)).failure_message ?? "");
    assert.equal(restarts.length, tried);
    const there = Object.entries(await filesBelow(server.root)).filter(([name]) => !name.startsWith(".dwld-probe."));
    assert.deepEqual(there, [["v.mp4", sha256(source.bytes)]]);
  }));
