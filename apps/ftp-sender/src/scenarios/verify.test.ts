import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { startProftpd } from "@dwld/testbed";
import { arrived, deliver, withBeds, withScriptedServer, withServer } from "../testing/beds.ts";
import { sha256, video } from "@dwld/delivery/testing";
import type { Verdict } from "../testing/ftp-tamper.ts";

for (const sizeBytes of [0, 1, 512 * 1024 + 1])
  for (const { features, by } of [
    { features: ["HASH SHA-256;SHA-1;MD5"], by: "size and SHA-256" },
    { features: ["HASH SHA-1*;MD5"], by: "size and SHA-1" },
    { features: ["HASH MD5"], by: "size and MD5" },
    { features: ["SIZE"], by: "size" },
  ])
    test(`verify: ${sizeBytes} bytes are verified by ${by} if the server announces ${features.join()}`, () =>
      withScriptedServer({ features }, async (beds) => {
        const file = video("v.mp4", sizeBytes);
        const { id } = await beds.bed.addReady([file]);
        await deliver(beds);
        assert.equal((await beds.bed.task(id)).state, "DONE", (await beds.bed.task(id)).failure_message ?? "");
        assert.deepEqual(await arrived(beds), { "v.mp4": sha256(file.bytes) });
        assert.equal((await beds.bed.files(id))[0]?.verified_by, by);
      }));

test("verify: by the CRC-32 of a real server", () =>
  withServer(
    () => startProftpd(),
    async (beds) => {
      beds.tampered.tamper.onReply = ({ reply }): Verdict =>
        /HASH|XMD5|XSHA|MD5/.test(reply) && !reply.includes("XCRC") ? { reply: " NOOP" } : "pass";
      const { id } = await beds.bed.addReady([video("v w.mp4")]);
      await deliver(beds);
      assert.equal((await beds.bed.files(id))[0]?.verified_by, "size and CRC-32");
      // Bytes of another number may have the same CRC-32.
      beds.tampered.tamper.onCommand = (command) => (/^SIZE .*part$/.test(command) ? "213 7" : undefined);
      const { id: longer } = await beds.bed.addReady([video("longer.mp4")]);
      await deliver(beds);
      assert.match(
        (await beds.bed.task(longer)).failure_message ?? "",
        /has 7 bytes of .*\.part where 100000 were sent/,
      );
      assert.deepEqual(Object.keys(await arrived(beds)), ["v w.mp4"]);
    },
  ));

test("verify: a hash that is announced and refused leaves the size, and verified_by says so", () =>
  withScriptedServer(
    { onCommand: (command) => (/^X?(HASH|SHA)/.test(command) ? "504 Not now." : undefined) },
    async (beds) => {
      const { id } = await beds.bed.addReady([video("v.mp4")]);
      await deliver(beds);
      assert.equal((await beds.bed.files(id))[0]?.verified_by, "size (the server told no SHA-256)");
    },
  ));

test("verify: a copy with another hash is removed and sent again, whatever its size", () =>
  withScriptedServer({ hash: (hexadecimal) => hexadecimal.replace(/^./, "0") }, async (beds) => {
    const { bed, server } = beds;
    const file = video("v.mp4");
    while (sha256(file.bytes).startsWith("0")) file.bytes = video().bytes;
    const { id } = await bed.addReady([file]);
    await deliver(beds);
    assert.equal((await bed.task(id)).state, "READY_TO_SEND");
    assert.match(
      (await bed.task(id)).failure_message ?? "",
      /has other bytes of .*\.part than were sent \(by size and SHA-256\)/,
    );
    assert.deepEqual(await arrived(beds), {});
    assert.ok(existsSync((await bed.files(id))[0]?.local_path ?? ""));
    server.script = {};
    await deliver(beds, id);
    assert.deepEqual(await arrived(beds), { "v.mp4": sha256(file.bytes) });
  }));

test("verify hash: nothing is sent to a server without hashes, all wait, and the setting is named", () =>
  withBeds(
    async (beds) => {
      const { bed, tampered, sender } = beds;
      const { id } = await bed.addReady([video("v.mp4")]);
      await deliver(beds);
      const task = await bed.task(id);
      assert.equal(task.state, "READY_TO_SEND");
      assert.match(task.failure_message ?? "", /computes no hash of what it has, and ftp\.verify wants one/);
      assert.match(task.advice_texts ?? "", /Set ftp\.verify to readback, or to size/);
      assert.ok(!tampered.commands.some((command) => command.startsWith("STOR")));
      assert.equal(sender.pauses.length, 1);
    },
    { rules: { verify: "hash" } },
  ));

test("verify hash: a refused hash is not replaced by the size", () =>
  withScriptedServer(
    { onCommand: (command) => (/^X?(HASH|SHA)/.test(command) ? "504 Not now." : undefined) },
    async (beds) => {
      const { id } = await beds.bed.addReady([video("v.mp4")]);
      await deliver(beds);
      assert.equal((await beds.bed.task(id)).state, "READY_TO_SEND");
      assert.match((await beds.bed.task(id)).failure_message ?? "", /computes no hash/);
    },
    { verify: "hash" },
  ));

for (const withOne of [
  withBeds,
  (run: Parameters<typeof withBeds>[0], { rules }: { rules: { verify: "readback" } }) =>
    withScriptedServer({}, (beds) => run(beds as never), rules),
])
  test("verify readback: finds a wrong byte in a copy of the right size", () =>
    withOne(
      async (beds) => {
        const { bed, server, tampered } = beds;
        const file = video("v.mp4");
        const { id } = await bed.addReady([file]);
        tampered.tamper.onReply = async ({ command, reply }): Promise<Verdict> => {
          if (!command.startsWith("STOR") || !reply.startsWith("226")) return "pass";
          const path = join(server.root, command.split("/").at(-1) ?? "");
          const bytes = await readFile(path);
          bytes[50_000] = (bytes[50_000] ?? 0) ^ 1;
          await writeFile(path, bytes);
          return "pass";
        };
        await deliver(beds);
        assert.equal((await bed.task(id)).state, "READY_TO_SEND");
        assert.match((await bed.task(id)).failure_message ?? "", /has other bytes of .* \(by size and read back\)/);
        assert.deepEqual(await arrived(beds), {});
        tampered.tamper = {};
        await deliver(beds, id);
        assert.equal((await bed.files(id))[0]?.verified_by, "size and read back");
        assert.deepEqual(await arrived(beds), { "v.mp4": sha256(file.bytes) });
      },
      { rules: { verify: "readback" } },
    ));
