import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient, type Client } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { DownloadService } from "@dwld/rpc";
import {
  type Certificate,
  descendants,
  type Dwld,
  type DwldApp,
  eventually,
  type FtpServer,
  makeCertificate,
  MountError,
  mountSmallDisk,
  type ReleaseServer,
  type SampleSite,
  signalTo,
  type SmallDisk,
  startDwld,
  startReleaseServer,
  startSampleSite,
  startVsftpd,
  stillLiving,
} from "@dwld/testbed";
import { hourMs } from "@dwld/timing";
import { Clock } from "./clock.ts";
import { Operator } from "./operator.ts";

/** dwld as a person has it at home, and all that it has to do with. */
export type House = AsyncDisposable & {
  readonly clock: Clock;
  readonly operator: Operator;
  readonly dwld: Dwld;
  readonly client: Client<typeof DownloadService>;
  /** The site that is open to everybody. */
  readonly site: SampleSite;
  /** The site for those with an account. */
  readonly members: SampleSite;
  readonly ftp: FtpServer;
  /** Serves releases of yt-dlp. */
  readonly releases: ReleaseServer;
  /** The disk of the downloads; undefined: none could be mounted here. */
  readonly disk: SmallDisk | undefined;
  readonly certificate: Certificate;
  /** Puts cookies of a session of the account where dwld looks for them. */
  logIn(session: string): Promise<void>;
  renewCertificate(): Promise<void>;
  /** Has the members' site know this session alone. */
  begin(session: string): void;
  pids(): number[];
  /** Cuts the power, and boots again some hours later. */
  cutPower(hours: number): Promise<void>;
};

const apps: readonly Exclude<DwldApp, "up">[] = ["api", "worker", "ftp-sender"];

/** The certificate of the api ends in the second month. */
const certificateDays = 45;

export async function openHouse(): Promise<House> {
  await using stack = new AsyncDisposableStack();
  const clock = stack.use(new Clock());
  const folder = await mkdtemp(join(tmpdir(), "dwld-months-"));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const operator = stack.use(await Operator.start(() => clock.now()));
  const site = stack.use(
    await startSampleSite({
      videos: [
        { name: "film", sizeBytes: 60_000 },
        { name: "stream", format: "hls", seconds: 4 },
        { name: "breaking", sizeBytes: 300_000, dropAtByte: 150_000, dropTimes: 3 },
        { name: "removed", page: { kind: "status", status: 404 } },
      ],
    }),
  );
  const members = stack.use(await startSampleSite({ host: "127.0.0.2", videos: [{ name: "members", seconds: 3 }] }));
  const ftp = stack.use(await startVsftpd({ tls: "explicit", certificateDays: 55 }));
  const releases = stack.use(await startReleaseServer());
  // An old one, so that each release of the calendar is newer.
  await releases.publish("2020.01.01");
  const disk = await mountDisk();
  if (disk !== undefined) stack.use(disk);
  const certificate = await makeCertificate(folder, { days: certificateDays });
  const pool = join(folder, "cookies");
  await mkdir(pool, { mode: 0o700 });
  const secretFile = join(folder, "secret");
  await writeFile(secretFile, `whsec_${randomBytes(24).toString("base64")}\n`, { mode: 0o600 });
  const { certificateFile, keyFile } = certificate;
  const downloads = disk === undefined ? {} : { downloads: join(disk.path, "downloads"), minFreeBytes: 20_000_000 };
  const dwld = stack.use(
    await startDwld({
      apps: ["up"],
      until: "alive",
      environment: clock.environment,
      configuration: {
        api: { tls: { certificateFile, keyFile } },
        worker: {
          ...downloads,
          ytdlp: { update: { channel: "stable", mirror: releases.url, keyFile: releases.keyFile } },
        },
        ftp: ftp.configuration,
        stages: { account: { cookies: pool } },
        sites: { members: { hosts: ["127.0.0.2"], stages: ["default", "account"] } },
        notify: { targets: [{ webhook: { url: operator.url, secretFile } }] },
        shutdown: { graceSeconds: 1 },
      },
    }),
  );
  const transport = createConnectTransport({
    baseUrl: `https://${dwld.addresses.http}`,
    httpVersion: "1.1",
    nodeOptions: { rejectUnauthorized: false },
  });
  const started = stack.move();
  return {
    ...{ clock, operator, dwld, site, members, ftp, releases, disk, certificate },
    client: createClient(DownloadService, transport),
    logIn: async (session) => {
      const cookies = `# Netscape HTTP Cookie File\n\n127.0.0.2\tFALSE\t/\tFALSE\t0\tsession\t${session}\n`;
      await writeFile(join(pool, "account.txt"), cookies, { mode: 0o600 });
    },
    renewCertificate: async () => {
      // Ends after the two months.
      await makeCertificate(folder, { days: 100, isAnother: true });
    },
    begin: (session) => {
      const spared = { kind: "status", status: 401, spares: `session=${session}` } as const;
      members.change("members", { page: spared, media: spared });
    },
    pids: () => [dwld.processId("up"), ...apps.flatMap((app) => dwld.processIdBelowUp(app) ?? [])],
    cutPower: async (hours) => {
      const all = descendants(dwld.processId("up"));
      signalTo(dwld.processId("up"), "SIGKILL");
      for (const { pid } of all) signalTo(pid, "SIGKILL");
      await dwld.waitForEnd("up");
      await eventually("nothing lives without power", () => stillLiving(all).length === 0);
      await clock.passUntil(clock.now() + hours * hourMs, []);
      await dwld.restart("up");
    },
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

async function mountDisk(): Promise<SmallDisk | undefined> {
  try {
    return await mountSmallDisk(64);
  } catch (error) {
    if (!(error instanceof MountError)) throw error;
    console.log(`${error.message}; no disk is filled`);
    return undefined;
  }
}
