import {
  eventually,
  type FtpScript,
  type FtpServer,
  isThorough,
  type ScriptedFtpServer,
  startScriptedFtp,
  startVsftpd,
} from "@dwld/testbed";
import type { DeliveryRules } from "@dwld/daemon";
import {
  type DeliveryChanges,
  type DeliveryBed,
  filesBelow,
  makeDeliveryBed,
  type TestDeliverer,
} from "@dwld/delivery/testing";
import { realServers } from "./ftp-servers.ts";
import { startTampering, type TamperedServer } from "./ftp-tamper.ts";
import { makeTestSender, type TestServer } from "./test-server.ts";

/** A server, real or scripted. */
type AnyServer = TestServer & { root: string } & AsyncDisposable;

/** A task table, an FTP server, the proxy in front of it, and a sender without its process. */
export type Beds<Server extends AnyServer = FtpServer> = {
  bed: DeliveryBed;
  server: Server;
  tampered: TamperedServer;
  sender: TestDeliverer;
};

type BedOptions = { maxBytesPerSecond?: number; rules?: Partial<DeliveryRules> };

/** Runs with vsftpd, which computes no hashes. */
export async function withBeds(run: (beds: Beds) => Promise<void>, options: BedOptions = {}): Promise<void> {
  await withServer(() => startVsftpd(options), run, options.rules);
}

/** Runs with a server that computes hashes, and misbehaves by a script. */
export async function withScriptedServer(
  script: FtpScript,
  run: (beds: Beds<ScriptedFtpServer>) => Promise<void>,
  rules: Partial<DeliveryRules> = {},
): Promise<void> {
  await withServer(() => startScriptedFtp(script), run, rules);
}

export async function withServer<Server extends AnyServer>(
  start: () => Promise<Server>,
  run: (beds: Beds<Server>) => Promise<void>,
  rules: Partial<DeliveryRules> = {},
): Promise<void> {
  await using beds = await makeBeds(start, rules);
  await run(beds);
}

export async function makeBeds<Server extends AnyServer>(
  start: () => Promise<Server>,
  rules: Partial<DeliveryRules> = {},
): Promise<Beds<Server> & AsyncDisposable> {
  await using parts = new AsyncDisposableStack();
  const bed = parts.use(await makeDeliveryBed());
  const server = parts.use(await start());
  const tampered = parts.use(await startTampering(server));
  const { host, user, password, directory } = server;
  const settings = { host, port: tampered.port, user, password, directory };
  const sender = parts.use(makeTestSender(bed, settings, rules));
  const all = parts.move();
  return { bed, server, tampered, sender, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

/** Runs with each of the real servers in turn, on beds of its own. */
export async function withEveryServer(run: (beds: Beds) => Promise<void>, options: BedOptions = {}): Promise<void> {
  await withServers(realServers, run, options);
}

/** For guarantees that depend on the table alone: vsftpd stands for the other servers. */
export async function withAnyServer(run: (beds: Beds) => Promise<void>, options: BedOptions = {}): Promise<void> {
  await withServers(isThorough ? realServers : realServers.slice(0, 1), run, options);
}

async function withServers(
  servers: typeof realServers,
  run: (beds: Beds) => Promise<void>,
  options: BedOptions,
): Promise<void> {
  for (const { name, start } of servers)
    try {
      await withServer(() => start(options), run, options.rules);
    } catch (cause) {
      throw new Error(`with ${name}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    }
}

/** Delivers the first task in line; with an id, as if the time of its next attempt had come. */
export async function deliver(
  { bed, sender }: Pick<Beds, "bed" | "sender">,
  id?: string,
  changes?: DeliveryChanges,
): Promise<void> {
  const dueMs = id === undefined ? undefined : (await bed.task(id)).not_before;
  await sender.deliver((onClaim) => bed.claim(dueMs ?? undefined, onClaim), changes === undefined ? {} : { changes });
}

/** Returns the files on the server: SHA-256 by path. */
export const arrived = ({ server }: { server: { root: string } }): Promise<Record<string, string>> =>
  filesBelow(server.root);

export const isPart = (name: string): boolean => name.endsWith(".part");

export const isDone = ({ bed }: Pick<Beds, "bed">, id: string): Promise<boolean> =>
  eventually("the task is DONE", async () => (await bed.task(id)).state === "DONE", {
    deadlineMs: 60_000,
    describe: async () => JSON.stringify(await bed.task(id)),
  });
