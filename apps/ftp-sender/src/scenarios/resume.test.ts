import assert from "node:assert/strict";
import { once } from "node:events";
import { readdir, stat, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import type { HandlerOptions } from "@dwld/delivery";
import { startProftpd } from "@dwld/testbed";
import { arrived, type Beds, deliver, isPart, withBeds, withScriptedServer, withServer } from "../testing/beds.ts";
import { sha256, video } from "@dwld/delivery/testing";
import type { Verdict } from "../testing/ftp-tamper.ts";

const sizeBytes = 6_000_000;
const source = () => video("v.mp4", sizeBytes);

/** Cuts the control connection after a number of bytes. Returns the bytes that the server kept. */
async function interrupt({ bed, server, sender }: Pick<Beds, "bed" | "server" | "sender">, atBytes: number) {
  const lease = await bed.claim();
  const controller = new AbortController();
  const watching = setInterval(() => {
    void partBytes(server).then((bytes) => {
      if (bytes >= atBytes) controller.abort("shutdown");
    });
  }, 5);
  await sender.deliver(lease, { signal: controller.signal });
  clearInterval(watching);
  assert.equal((await bed.task(lease.task.id)).state, "READY_TO_SEND");
  return await partBytes(server);
}

async function partBytes({ root }: { root: string }): Promise<number> {
  const [name] = (await readdir(root)).filter(isPart);
  return name === undefined ? 0 : (await stat(join(root, name))).size;
}

type AnyBeds = Omit<Beds, "server"> & { server: { root: string } };

/** Leaves a part of an earlier run: the connection was cut, and the server has these bytes. */
async function leaveBehind({ bed, server, sender, tampered }: AnyBeds, bytes: Buffer): Promise<void> {
  tampered.tamper = {
    onReply: ({ command, reply }) => (command.startsWith("STOR") && reply.startsWith("150") ? "cut" : "pass"),
  };
  await deliver({ bed, sender });
  tampered.tamper = {};
  tampered.commands.length = 0;
  const [name] = (await readdir(server.root)).filter(isPart);
  assert.ok(name !== undefined, "it was begun");
  await writeFile(join(server.root, name), bytes);
}

const leaveHalf = (beds: AnyBeds, whole: Buffer, change = (bytes: Buffer) => bytes) =>
  leaveBehind(beds, change(Buffer.from(whole.subarray(0, whole.length / 2))));

const sent = ({ tampered }: AnyBeds, command: string) => tampered.commands.filter((one) => one.startsWith(command));

test("resume: an interrupted upload goes on where it ended, and is read back if the server computes no hash", () =>
  withBeds(
    async (beds) => {
      const { bed } = beds;
      // Three seconds of the server's pace: a busy machine notices the kept bytes late, and the connection holds 4 MB more.
      const file = video("v.mp4", 12_000_000);
      const { id } = await bed.addReady([file]);
      const keptBytes = await interrupt(beds, 2_000_000);
      const told: number[] = [];
      const cache: HandlerOptions["cache"] = {
        put: async (_, { doneBytes, step }) => void (step.startsWith("upload") && told.push(doneBytes)),
        remove: async () => {},
      };
      beds.tampered.commands.length = 0;
      await deliver(beds, id, { cache });
      assert.equal((await bed.task(id)).state, "DONE", (await bed.task(id)).failure_message ?? "");
      assert.deepEqual(await arrived(beds), { "v.mp4": sha256(file.bytes) });
      assert.equal((await bed.files(id))[0]?.verified_by, "size and read back");
      const [restart = ""] = sent(beds, "REST").filter((command) => command !== "REST 0");
      assert.ok(Number(restart.slice("REST ".length)) >= keptBytes, `${restart} of ${keptBytes}`);
      assert.ok((told[0] ?? 0) >= keptBytes, "the progress goes on from there");
    },
    { maxBytesPerSecond: 4_000_000 },
  ));

test("resume: with a server that computes hashes, nothing is read back", () =>
  withServer(
    () => startProftpd(),
    async (beds) => {
      const file = source();
      const { id } = await beds.bed.addReady([file]);
      await leaveHalf(beds, file.bytes);
      await deliver(beds, id);
      assert.deepEqual(await arrived(beds), { "v.mp4": sha256(file.bytes) });
      assert.match((await beds.bed.files(id))[0]?.verified_by ?? "", /^size and (SHA-256|SHA-1|MD5|CRC-32)$/);
      assert.deepEqual(sent(beds, "REST"), [`REST ${sizeBytes / 2}`]);
      assert.deepEqual(sent(beds, "RETR"), []);
    },
  ));

/** Bytes of a server that lost power: the length is right, and the end never reached its disk. */
const zeroTail = (bytes: Buffer) => bytes.fill(0, bytes.length - 5000);

test("resume: a part that is no prefix is found by the server's hash before anything is sent, and the file is sent anew", () =>
  withScriptedServer({}, async (beds) => {
    const file = source();
    const { id } = await beds.bed.addReady([file]);
    await leaveHalf(beds, file.bytes, zeroTail);
    await deliver(beds, id);
    assert.equal((await beds.bed.task(id)).state, "DONE", (await beds.bed.task(id)).failure_message ?? "");
    assert.deepEqual(await arrived(beds), { "v.mp4": sha256(file.bytes) });
    assert.equal((await beds.bed.files(id))[0]?.verified_by, "size and SHA-256");
    assert.deepEqual(sent(beds, "REST"), []);
  }));

test("resume: a part that still grows, while the server writes what it received, is resumed", () =>
  withScriptedServer({}, async (beds) => {
    const { bed, server, tampered } = beds;
    const file = source();
    const { id } = await bed.addReady([file]);
    await leaveHalf(beds, file.bytes);
    let grown = false;
    tampered.tamper.onReply = async ({ command }): Promise<Verdict> => {
      if (grown || !/^SIZE .*\.part$/.test(command)) return "pass";
      // After the first look at it, and before its hash.
      const [name = ""] = (await readdir(server.root)).filter(isPart);
      if (!tampered.commands.some((one) => one.startsWith("RNTO"))) return "pass";
      grown = true;
      await writeFile(join(server.root, name), file.bytes.subarray(0, 4_000_000));
      return "pass";
    };
    await deliver(beds, id);
    assert.ok(grown);
    assert.deepEqual(await arrived(beds), { "v.mp4": sha256(file.bytes) });
    assert.deepEqual(sent(beds, "REST"), ["REST 4000000"]);
  }));

test("resume: without a hash, a part that is no prefix is found by reading back, and the next attempt is whole", () =>
  withBeds(async (beds) => {
    const { bed, tampered } = beds;
    const file = source();
    const { id } = await bed.addReady([file]);
    await leaveHalf(beds, file.bytes, zeroTail);
    await deliver(beds, id);
    assert.equal((await bed.task(id)).state, "READY_TO_SEND");
    assert.match((await bed.task(id)).failure_message ?? "", /has other bytes of .*\.part than were sent/);
    assert.deepEqual(await arrived(beds), {});
    tampered.commands.length = 0;
    await deliver(beds, id);
    assert.deepEqual(await arrived(beds), { "v.mp4": sha256(file.bytes) });
    assert.equal((await bed.files(id))[0]?.verified_by, "size");
    assert.deepEqual(sent(beds, "REST"), []);
  }));

for (const { what, change } of [
  { what: "longer than the file", change: () => Buffer.alloc(sizeBytes + 1) },
  { what: "too short to be worth it", change: (bytes: Buffer) => bytes.subarray(0, 1000) },
  { what: "empty", change: () => Buffer.alloc(0) },
])
  test(`resume: a part that is ${what} is removed, and the file is sent whole`, () =>
    withBeds(async (beds) => {
      const file = source();
      const { id } = await beds.bed.addReady([file]);
      await leaveHalf(beds, file.bytes, change);
      await deliver(beds, id);
      assert.deepEqual(await arrived(beds), { "v.mp4": sha256(file.bytes) });
      assert.deepEqual(sent(beds, "REST"), []);
      assert.equal((await beds.bed.files(id))[0]?.verified_by, "size");
    }));

test("resume: a whole part is compared and gets its name, and no byte is sent again", () =>
  withBeds(async (beds) => {
    const file = source();
    const { id } = await beds.bed.addReady([file]);
    await leaveBehind(beds, file.bytes);
    await deliver(beds, id);
    assert.deepEqual(await arrived(beds), { "v.mp4": sha256(file.bytes) });
    assert.deepEqual([...sent(beds, "STOR"), ...sent(beds, "APPE")], []);
    assert.equal((await beds.bed.files(id))[0]?.verified_by, "size and read back");
  }));

test("resume: if the server refuses, the file is sent from its beginning in the same attempt, and so is the next", () =>
  withServer(
    () => startProftpd({ restarts: false, hashes: false }),
    async (beds) => {
      for (const name of ["a.mp4", "b.mp4"]) {
        const file = video(name, sizeBytes);
        const { id } = await beds.bed.addReady([file]);
        await leaveHalf(beds, file.bytes);
        await deliver(beds, id);
        assert.equal((await beds.bed.task(id)).state, "DONE", (await beds.bed.task(id)).failure_message ?? "");
        assert.equal((await arrived(beds))[name], sha256(file.bytes));
        const tries = sent(beds, "REST").length + sent(beds, "APPE").length;
        if (name === "b.mp4") assert.equal(tries, 0, "it is remembered");
      }
    },
  ));

test("resume: if the server obeys REST and begins anew, the file is sent whole in the same attempt", () =>
  withScriptedServer({ ignoresRest: true, features: ["SIZE", "REST STREAM"] }, async (beds) => {
    const file = source();
    const { id } = await beds.bed.addReady([file]);
    await leaveHalf(beds, file.bytes);
    await deliver(beds, id);
    assert.equal((await beds.bed.task(id)).state, "DONE", (await beds.bed.task(id)).failure_message ?? "");
    assert.deepEqual(await arrived(beds), { "v.mp4": sha256(file.bytes) });
  }));

test("resume: a late command of an earlier sender reaches no file of its successor", () =>
  withScriptedServer({ features: ["SIZE", "REST STREAM"] }, async (beds) => {
    const { bed, server } = beds;
    const file = source();
    const { id } = await bed.addReady([file]);
    await leaveBehind(beds, file.bytes.subarray(0, sizeBytes / 2));
    // Frozen on its way from the reservation to the transfer: it wakes up when its successor has half of the file.
    const [old] = (await readdir(server.root)).filter(isPart);
    let late: Promise<void> | undefined;
    server.script = {
      ...server.script,
      onCommand: (command) => {
        if (command.startsWith("STOR")) late ??= storeByHand(beds, `/videos/${old}`, Buffer.from("late"));
        return undefined;
      },
    };
    await deliver(beds, id);
    assert.ok(late !== undefined);
    await late;
    assert.equal((await bed.task(id)).state, "DONE", (await bed.task(id)).failure_message ?? "");
    assert.equal((await arrived(beds))["v.mp4"], sha256(file.bytes));
  }));

/** Stores a file by another client, directly at the server. */
async function storeByHand(
  { server }: { server: { port: number; user: string; password: string } },
  path: string,
  bytes: Buffer,
) {
  const control = connect(server.port, "127.0.0.1");
  let heard = "";
  control.on("data", (chunk) => (heard += chunk.toString()));
  const says = async (pattern: RegExp) => {
    while (!pattern.test(heard)) await once(control, "data");
    const [, found = ""] = pattern.exec(heard) ?? [];
    heard = "";
    return found;
  };
  const ask = async (command: string, answer: RegExp) => {
    control.write(`${command}\r\n`);
    return await says(answer);
  };
  await says(/^220/m);
  await ask(`USER ${server.user}`, /^331/m);
  await ask(`PASS ${server.password}`, /^230/m);
  const port = await ask("EPSV", /\|\|\|(\d+)\|/);
  control.write(`STOR ${path}\r\n`);
  const data = connect(Number(port), "127.0.0.1");
  data.end(bytes);
  await says(/^226/m);
  control.destroy();
}
