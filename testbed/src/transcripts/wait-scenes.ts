import { WaitReason } from "@dwld/rpc";
import { eventually } from "@dwld/timing/testing";
import { freePort } from "../free-port.ts";
import { type Dwld, startDwld } from "../processes.ts";
import { type SampleSite, startSampleSite } from "../sample-site.ts";
import type { SmallDisk } from "../small-disk.ts";

/** Something in the way of a link: how it comes there, and what a person types who runs into it. */
export interface WaitScene {
  readonly name: string;
  readonly reason: WaitReason;
  /** Behind `dwld add --wait`. */
  readonly options?: readonly string[];
  /** How long it lasts, as the guide has it, where a terminal says so. */
  readonly span?: string;
  link(world: WaitWorld): string;
  /** Brings it about, once for all terminals. */
  prepare?(world: WaitWorld): Promise<void>;
}

/** In the order in which they can follow one another, and in which the guide has them. */
export const waitScenes: readonly WaitScene[] = [
  {
    name: "a destination that is down",
    reason: WaitReason.DESTINATION,
    link: (world) => world.movie,
  },
  {
    name: "a paused site",
    reason: WaitReason.SITE_PAUSED,
    span: "15m",
    link: (world) => world.short,
    prepare: (world) => world.pauseShorts(),
  },
  {
    name: "ten links before it",
    reason: WaitReason.PLACE,
    link: (world) => world.movie,
    prepare: (world) => world.addLinksBefore(),
  },
  {
    name: "a start time",
    reason: WaitReason.START_TIME,
    options: ["--at", "2h"],
    span: "2h00m",
    link: (world) => world.movie,
  },
  {
    name: "a full disk",
    reason: WaitReason.DISK_SPACE,
    link: (world) => world.movie,
    prepare: (world) => world.fillDisk(),
  },
  {
    name: "no worker",
    reason: WaitReason.WORKER,
    link: (world) => world.movie,
    prepare: (world) => world.killWorker(),
  },
];

type Cleanup = { after(end: () => Promise<void>): void };

const patient = { deadlineMs: 40_000 };
/** How many links are before the eleventh. */
const linksBefore = 10;

/** A dwld of one place, with an FTP server that is not there, and three sites; each with an address of its own. */
export class WaitWorld {
  readonly dwld: Dwld;
  readonly disk: SmallDisk | undefined;
  readonly #movies: SampleSite;
  readonly #shorts: SampleSite;
  readonly #talks: SampleSite;

  private constructor(dwld: Dwld, disk: SmallDisk | undefined, sites: [SampleSite, SampleSite, SampleSite]) {
    this.dwld = dwld;
    this.disk = disk;
    [this.#movies, this.#shorts, this.#talks] = sites;
  }

  static async start(cleanup: Cleanup, disk: SmallDisk | undefined): Promise<WaitWorld> {
    const tooMany = { kind: "status", status: 429 } as const;
    // Slow enough to hold the place, and fast enough not to be taken for a slow run.
    const lecture = { name: "lecture", sizeBytes: 20_000_000, throttleBytesPerSecond: 300_000 };
    const sites = await Promise.all([
      startSampleSite({ host: "127.0.0.2", videos: [{ name: "holiday", seconds: 1 }] }),
      startSampleSite({ host: "127.0.0.3", videos: [{ name: "cat", seconds: 1, media: tooMany }] }),
      startSampleSite({ host: "127.0.0.4", videos: [lecture] }),
    ]);
    for (const site of sites) cleanup.after(() => site.close());
    const dwld = await startDwld({
      apps: ["api", "worker", "ftp-sender"],
      until: "alive",
      configuration: {
        worker: { parallel: 1, minFreeBytes: 8_000_000, ...(disk && { downloads: disk.path }) },
        ftp: { host: "127.0.0.1", port: await freePort() },
        sites: {
          movies: { hosts: ["127.0.0.2"], parallel: 20 },
          shorts: { hosts: ["127.0.0.3"] },
          talks: { hosts: ["127.0.0.4"] },
        },
      },
      cleanup,
    });
    await eventually(
      "the worker lives, and the sender has found that the server is away",
      async () => {
        const { processes } = await dwld.client.getStatus({});
        const sender = processes.find(({ app }) => app === "ftp-sender");
        return processes.some(({ app }) => app === "worker") && sender?.trouble !== "" && sender?.alive;
      },
      patient,
    );
    return new WaitWorld(dwld, disk, sites);
  }

  get movie(): string {
    return this.#movies.mediaLink("holiday");
  }

  /** It is never downloaded: its site says that it is asked too often. */
  get short(): string {
    return this.#shorts.mediaLink("cat");
  }

  /** Links as a person has them: the addresses of loopback are those of a test. They are as long, lest lines break elsewhere. */
  nameSites(text: string): string {
    return text
      .replaceAll(this.#movies.url, "https://movies.example")
      .replaceAll(this.#shorts.url, "https://shorts.example");
  }

  async pauseShorts(): Promise<void> {
    const { client } = this.dwld;
    await client.addTask({ link: this.short });
    await eventually("the site is paused", async () => (await client.getStatus({})).pausedSites.length > 0, patient);
  }

  async addLinksBefore(): Promise<void> {
    const { client } = this.dwld;
    await client.addTask({ link: this.#talks.mediaLink("lecture") });
    await eventually("the place is taken", async () => (await client.getStatus({})).inWork.length > 0, patient);
    for (let count = 1; count <= linksBefore; count += 1)
      await client.addTask({ link: `${this.#movies.url}/watch/${count}`, chatId: "cli" });
  }

  async fillDisk(): Promise<void> {
    const { client } = this.dwld;
    const { tasks } = await client.listTasks({});
    for (const { id } of tasks) await client.deleteTask({ id, deleteFiles: true });
    // Its end gives room.
    await eventually("nothing is in work", async () => (await client.getStatus({})).inWork.length === 0, patient);
    await this.disk?.fill();
    await this.#untilTold(WaitReason.DISK_SPACE);
  }

  async killWorker(): Promise<void> {
    await this.dwld.kill("worker");
    await this.#untilTold(WaitReason.WORKER);
  }

  /** Until the api knows it: a process tells its troubles with its beat alone. */
  async #untilTold(reason: WaitReason): Promise<void> {
    const { client } = this.dwld;
    const { task } = await client.addTask({ link: this.movie });
    const id = task?.id ?? "";
    const told = async () => (await client.getTask({ id })).task?.wait?.reason === reason;
    await eventually(`a task is told reason ${reason} of its wait`, told, patient);
    await client.deleteTask({ id, deleteFiles: true });
  }
}
