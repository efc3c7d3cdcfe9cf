import { timestampMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import type { RegisterDownloaderRequest, UnregisterDownloaderRequest } from "@dwld/rpc";
import type { Downloader } from "./rank-downloaders.ts";

/** Silent for so many intervals: gone. */
const patience = 3;

type Entry = {
  downloader: Downloader;
  startedAtMs: number;
  /** By the monotonic clock. */
  heardAtMs: number;
  /** It said goodbye: it gets nothing new, and may be back soon with what it has. */
  leaving: boolean;
};

export type RegistryEvents = {
  /** It registered, or its heartbeat came. */
  onHeard: (downloader: Downloader) => void;
  onGoodbye: (downloader: Downloader) => void;
  /** Nothing was heard of it for three intervals. */
  onGone: (downloader: Downloader) => void;
};

/** The downloaders that are there. */
export class Registry {
  readonly #entries = new Map<string, Entry>();
  readonly #intervalMs: number;
  readonly #events: RegistryEvents;
  readonly #nowMs: () => number;

  /** @param nowMs a monotonic clock. */
  constructor(intervalMs: number, events: RegistryEvents, nowMs: () => number) {
    this.#intervalMs = intervalMs;
    this.#events = events;
    this.#nowMs = nowMs;
  }

  /** The caller has shown that it knows the secret. @throws ConnectError where another one has this name. */
  register(request: RegisterDownloaderRequest): void {
    this.expire();
    const { name, address } = request;
    const before = this.#entries.get(name);
    if (before !== undefined && !before.leaving && before.downloader.address !== address)
      throw new ConnectError(
        `a downloader of the name ${name} is there already, at ${before.downloader.address}`,
        Code.AlreadyExists,
      );
    const downloader: Downloader = {
      name,
      address,
      sites: request.sites.map((site) => ({ name: site.name, hosts: site.hosts })),
      allSites: request.allSites,
      freeBytes: request.freeBytes === undefined ? undefined : Number(request.freeBytes),
      queueLength: Number(request.waitingCount + request.inWorkCount),
      pausedSites: request.pausedSites.map(({ site }) => site),
    };
    const startedAtMs = request.startTime === undefined ? 0 : timestampMs(request.startTime);
    this.#entries.set(name, { downloader, startedAtMs, heardAtMs: this.#nowMs(), leaving: false });
    this.#events.onHeard(downloader);
  }

  /** The goodbye of a run that another one has followed already is of no effect. */
  unregister({ name, address, startTime }: UnregisterDownloaderRequest): void {
    const entry = this.#entries.get(name);
    const startedAtMs = startTime === undefined ? 0 : timestampMs(startTime);
    if (entry?.downloader.address !== address || entry.startedAtMs !== startedAtMs || entry.leaving) return;
    entry.leaving = true;
    entry.heardAtMs = this.#nowMs();
    this.#events.onGoodbye(entry.downloader);
  }

  /** Those that can be given something. */
  here(): Downloader[] {
    this.expire();
    return [...this.#entries.values()].filter(({ leaving }) => !leaving).map(({ downloader }) => downloader);
  }

  /** Lets go who was silent for too long. */
  expire(): void {
    const silentSinceMs = this.#nowMs() - patience * this.#intervalMs;
    for (const [name, { downloader, heardAtMs }] of this.#entries) {
      if (heardAtMs > silentSinceMs) continue;
      this.#entries.delete(name);
      this.#events.onGone(downloader);
    }
  }
}
