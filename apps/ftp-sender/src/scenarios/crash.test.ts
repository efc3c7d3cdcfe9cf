import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { type Dwld, eventually, isThorough, startProftpd, startVsftpd } from "@dwld/testbed";
import { arrived, type Beds, isDone, isPart, makeBeds } from "../testing/beds.ts";
import { sha256, video } from "@dwld/delivery/testing";
import type { Exchange } from "../testing/ftp-tamper.ts";
import { startSender, terminate } from "../testing/sender-process.ts";

/** The moment at which a sender is killed: when the server is about to reply; or, if it is asked nothing, at a call of unlink. */
type Step = { step: string; at: (exchange: Exchange) => boolean } | { step: string; unlink: "before" | "after" };

const isFinal = (command: string) => command.startsWith("SIZE") && !command.endsWith(".part");

/** Matches the nth look at the final name: before it is reserved, before the rename, and after it. */
const finalSize = (nth: number) => {
  let count = 0;
  return ({ command }: Exchange) => isFinal(command) && ++count === nth;
};

/** @param looks at the final name before it is reserved: none for a small file. */
const steps = (looks: 0 | 1): Step[] => [
  ...(looks === 0 ? [] : [{ step: "before its name is reserved", at: finalSize(1) }]),
  {
    step: "after its name was reserved",
    at: ({ command, reply }) => command.startsWith("STOR") && reply.startsWith("150"),
  },
  { step: "after the transfer", at: ({ command, reply }) => command.startsWith("STOR") && reply.startsWith("226") },
  { step: "while it is verified", at: ({ command }) => /^(SIZE|HASH) .*\.part$/.test(command) },
  { step: "after it was verified", at: finalSize(looks + 1) },
  { step: "before the rename", at: ({ command }) => command.startsWith("RNFR") },
  { step: "after the rename", at: ({ command }) => command.startsWith("RNTO") },
  { step: "while the final name is verified", at: finalSize(looks + 2) },
  { step: "after the delivery was recorded", unlink: "before" },
  { step: "after the source was deleted", unlink: "after" },
];

/** A script that each sender loads first: if a file orders it, unlink never returns, before its work or after. */
const hangingUnlink = ({ order, reached }: Hook) => `
  import fs from "node:fs";
  import { syncBuiltinESMExports } from "node:module";
  const { unlink } = fs.promises;
  fs.promises.unlink = async (path) => {
    const when = fs.existsSync(${JSON.stringify(order)}) ? fs.readFileSync(${JSON.stringify(order)}, "utf8") : undefined;
    if (when !== "before") await unlink(path);
    if (when === undefined) return;
    fs.writeFileSync(${JSON.stringify(reached)}, "");
    await new Promise(() => {});
  };
  syncBuiltinESMExports();`;

type Hook = { order: string; reached: string };

/** Makes the sender stand still at a step. Returns a function that says whether it does. */
async function standStillAt(step: Step, { tampered }: Beds, hook: Hook): Promise<() => boolean> {
  if ("unlink" in step) {
    await writeFile(hook.order, step.unlink);
    return () => existsSync(hook.reached);
  }
  let reached = false;
  tampered.tamper.onReply = (exchange) => {
    reached ||= step.at(exchange);
    return reached ? "hold" : "pass";
  };
  return () => reached;
}

/** Without hashes and with them; sizes that are resumed and sizes that are not. */
const cases = [
  { program: "vsftpd", start: startVsftpd, sizeBytes: 5_000_000 },
  ...(isThorough
    ? [
        { program: "vsftpd", start: startVsftpd, sizeBytes: 1 },
        { program: "ProFTPD", start: startProftpd, sizeBytes: 512 * 1024 + 1 },
        { program: "ProFTPD", start: startProftpd, sizeBytes: 5_000_000 },
      ]
    : []),
];

/** Each sender takes over from the one before it, and is killed at the next step. */
for (const { program, start, sizeBytes } of cases)
  describe(`kill -9 of a sender (${sizeBytes} bytes, ${program})`, { concurrency: 1 }, () => {
    let beds: Beds & AsyncDisposable;
    let sender: Dwld;
    let hook: Hook;
    const delivered: Record<string, string> = {};

    before(async () => {
      beds = await makeBeds(start);
      const { folder } = beds.bed;
      hook = { order: join(folder, "unlink-hangs"), reached: join(folder, "unlink-was-called") };
      const script = join(folder, "hook.mjs");
      await writeFile(script, hangingUnlink(hook));
      sender = await startSender(beds, { environment: { NODE_OPTIONS: `--import=${script}` } });
    });
    after(async () => {
      assert.equal(await terminate(sender), 0);
      await sender.stop();
      await beds[Symbol.asyncDispose]();
    });

    for (const [index, step] of steps(sizeBytes < 4 * 1024 * 1024 ? 0 : 1).entries())
      test(`kill -9 ${step.step}: the next sender ends with one file, its bytes, and nothing else`, async () => {
        const { bed, tampered, server } = beds;
        const standsStill = await standStillAt(step, beds, hook);
        const source = video(`${index}.mp4`, sizeBytes);
        const { id } = await bed.addReady([source]);
        const localPath = (await bed.files(id))[0]?.local_path ?? "";
        await eventually("the step is reached", standsStill, { describe: () => sender.output("ftp-sender") });
        await sender.kill("ftp-sender");
        const isDelivered = "unlink" in step;
        assert.equal(existsSync(localPath), !(isDelivered && step.unlink === "after"), "the source");
        const [row] = await bed.files(id);
        assert.deepEqual([row?.delivered_at !== null, row?.local_path === null], [isDelivered, isDelivered]);
        tampered.tamper = {};
        for (const file of Object.values(hook)) await rm(file, { force: true });
        await sender.restart("ftp-sender");
        await isDone(beds, id);
        delivered[source.name] = sha256(source.bytes);
        assert.deepEqual(
          Object.fromEntries(Object.entries(await arrived(beds)).filter(([name]) => !isPart(name))),
          delivered,
        );
        await eventually("no part is left", async () => !(await readdir(server.root)).some(isPart));
        // A task that is DONE is no sender's any more: the worker removes its folder (schedule-cleanup.test.ts).
        if (isDelivered) return;
        await eventually("the source is gone", () => !existsSync(localPath));
        assert.equal((await bed.files(id))[0]?.local_path, null);
      });
  });
