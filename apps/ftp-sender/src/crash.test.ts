import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { eventually, isThorough, startProftpd, startVsftpd } from "@dwld/testbed";
import { arrived, type Beds, isDone, isPart, video, withServer } from "./testing/beds.ts";
import { sha256 } from "./testing/delivery-bed.ts";
import type { Exchange } from "./testing/ftp-tamper.ts";
import { startSender, terminate } from "./testing/sender-process.ts";

/** Where a sender is killed: when the server is about to answer; or, where nothing is asked of it, at a call of unlink. */
type Step = { step: string; at: (exchange: Exchange) => boolean } | { step: string; unlink: "before" | "after" };

const isFinal = (command: string) => command.startsWith("SIZE") && !command.endsWith(".part");

/** Counts: the name is looked at before it is reserved, before the rename, and behind it. */
const finalSize = (nth: number) => {
  let count = 0;
  return ({ command }: Exchange) => isFinal(command) && ++count === nth;
};

const steps = (): Step[] => [
  { step: "before its name is reserved", at: finalSize(1) },
  {
    step: "after its name was reserved",
    at: ({ command, reply }) => command.startsWith("STOR") && reply.startsWith("150"),
  },
  { step: "after the transfer", at: ({ command, reply }) => command.startsWith("STOR") && reply.startsWith("226") },
  { step: "while it is verified", at: ({ command }) => /^SIZE .*\.part$/.test(command) },
  { step: "after it was verified", at: finalSize(2) },
  { step: "before the rename", at: ({ command }) => command.startsWith("RNFR") },
  { step: "after the rename", at: ({ command }) => command.startsWith("RNTO") },
  { step: "while the final name is verified", at: finalSize(3) },
  { step: "after the delivery was recorded", unlink: "before" },
  { step: "after the source was deleted", unlink: "after" },
];

/** As the sender loads it before all else: unlink never comes back, having done its work or not. */
const hangingUnlink = (when: "before" | "after", signal: string) => `
  import fs from "node:fs";
  import { syncBuiltinESMExports } from "node:module";
  const { unlink } = fs.promises;
  fs.promises.unlink = async (path) => {
    ${when === "after" ? "await unlink(path);" : ""}
    fs.writeFileSync(${JSON.stringify(signal)}, "");
    await new Promise(() => {});
  };
  syncBuiltinESMExports();`;

/** Runs a sender until it has come so far; it is left there. */
async function startUntil(beds: Beds, step: Step) {
  const { bed, tampered } = beds;
  if ("unlink" in step) {
    const [hook, signal] = [join(bed.folder, "hook.mjs"), join(bed.folder, "reached")];
    await writeFile(hook, hangingUnlink(step.unlink, signal));
    const sender = await startSender(beds, { environment: { NODE_OPTIONS: `--import=${hook}` } });
    await eventually("unlink is called", () => existsSync(signal), { describe: () => sender.output("ftp-sender") });
    return sender;
  }
  let reached = false;
  tampered.tamper.onReply = (exchange) => {
    reached ||= step.at(exchange);
    return reached ? "hold" : "pass";
  };
  const sender = await startSender(beds);
  await eventually("the step is reached", () => reached, { describe: () => sender.output("ftp-sender") });
  return sender;
}

/** Without hashes, and with them; of each size one, and both where an upload is gone on with. */
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

describe("a sender that is killed", { concurrency: 4 }, () => {
  for (const { program, start, sizeBytes } of cases)
    for (const step of steps())
      test(`${step.step} (${sizeBytes} bytes, ${program}): the next ends with one file, its bytes, and nothing else`, () =>
        withServer(start, async (beds) => {
          const { bed, tampered, server } = beds;
          const source = video("v.mp4", sizeBytes);
          const { id } = await bed.addReady([source]);
          const localPath = bed.files(id)[0]?.local_path ?? "";
          await using first = await startUntil(beds, step);
          await first.kill("ftp-sender");
          const isDelivered = "unlink" in step;
          assert.equal(existsSync(localPath), !(isDelivered && step.unlink === "after"), "the source");
          assert.equal(bed.files(id)[0]?.delivered_at !== null, isDelivered);
          tampered.tamper = {};
          await using second = await startSender(beds);
          await isDone(beds, id);
          assert.deepEqual(
            Object.entries(await arrived(beds)).filter(([name]) => !isPart(name)),
            [["v.mp4", sha256(source.bytes)]],
          );
          assert.ok(!existsSync(localPath));
          assert.equal(bed.files(id)[0]?.local_path, null);
          await eventually("no part is left", async () => !(await readdir(server.root)).some(isPart));
          assert.equal(await terminate(second), 0);
        }));
});
