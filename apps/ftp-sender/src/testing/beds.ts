import { randomBytes } from "node:crypto";
import { type FtpServer, startVsftpd } from "@dwld/testbed";
import { deliverTask } from "../deliver-task.ts";
import type { DeliveryRules } from "../upload.ts";
import { type DeliveryBed, filesBelow, makeDeliveryBed, type SourceBytes } from "./delivery-bed.ts";
import { realServers } from "./ftp-servers.ts";
import { startTampering, type TamperedServer } from "./ftp-tamper.ts";
import { makeSenderContext, type TestSender } from "./sender-context.ts";

/** A task table, a real FTP server, what stands between, and a sender without its process. */
export type Beds = { bed: DeliveryBed; server: FtpServer; tampered: TamperedServer; sender: TestSender };

export type BedOptions = { maxBytesPerSecond?: number; rules?: Partial<DeliveryRules> };

/** With vsftpd. */
export async function withBeds(
  run: (beds: Beds) => Promise<void>,
  { start = startVsftpd, ...options }: BedOptions & { start?: typeof startVsftpd } = {},
): Promise<void> {
  await using bed = await makeDeliveryBed();
  await using server = await start(options);
  await using tampered = await startTampering(server);
  const { host, user, password, directory } = server;
  await using sender = makeSenderContext(bed, { host, port: tampered.port, user, password, directory }, options.rules);
  await run({ bed, server, tampered, sender });
}

/** With each of the real servers in turn, on beds of its own. */
export async function withEveryServer(run: (beds: Beds) => Promise<void>, options: BedOptions = {}): Promise<void> {
  for (const { name, start } of realServers)
    try {
      await withBeds(run, { ...options, start });
    } catch (cause) {
      throw new Error(`with ${name}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    }
}

/** Delivers what is first in line; with an id, as if the time of its next try had come. */
export async function deliver({ bed, sender }: Beds, id?: string): Promise<void> {
  const dueMs = id === undefined ? undefined : bed.task(id).not_before;
  const lease = await bed.claim(dueMs ?? undefined);
  await deliverTask(sender.context, { lease, signal: new AbortController().signal });
}

export const video = (name = "A title [id].mp4", sizeBytes = 100_000): SourceBytes => ({
  name,
  bytes: randomBytes(sizeBytes),
});

/** What is on the server: SHA-256 by path. */
export const arrived = ({ server }: Beds): Promise<Record<string, string>> => filesBelow(server.root);

export const isPart = (name: string): boolean => name.endsWith(".part");
