import { type Configuration, type Family, gauge } from "@dwld/daemon";
import { type HostRow, parseTroubles, troubleSources } from "@dwld/queue";
import type { SeenMachines } from "../machine/living-processes.ts";

/** Hosts that are told of; containers may leave many names. */
const mostHosts = 50;

/** Returns what hosts and processes told of themselves in the table. */
export function machineFamilies(
  { processes, hosts }: SeenMachines,
  { minFreeBytes }: Pick<Configuration["worker"], "minFreeBytes">,
): Family[] {
  const living = processes.filter(({ isAlive }) => isAlive).map(({ row }) => row);
  const expected = hosts.filter(({ forgotten_at }) => forgotten_at === null).slice(0, mostHosts);
  const ofHosts = (name: string, help: string, valueOf: (host: HostRow) => number | null) =>
    gauge(
      name,
      help,
      expected.flatMap((host) => {
        const value = valueOf(host);
        return value === null ? [] : [[{ host: host.name }, value] as const];
      }),
    );
  const troubles = living.map(parseTroubles);
  const versions = new Map(living.filter(({ app }) => app === "worker").map((row) => [row.host, row.ytdlp_version]));
  return [
    gauge(
      "dwld_processes",
      "Processes that live.",
      ["api", "worker", "ftp-sender"].map((app) => [{ app }, living.filter((row) => row.app === app).length]),
    ),
    gauge(
      "dwld_troubles",
      "Processes that have such a trouble; dwld status has the sentence.",
      troubleSources.map((source) => [{ source }, troubles.filter((own) => own[source] !== undefined).length]),
    ),
    ofHosts("dwld_disk_free_bytes", "Free space on the disk for downloads.", (host) => host.free_bytes),
    ofHosts("dwld_disk_size_bytes", "Size of the disk for downloads.", (host) => host.total_bytes),
    gauge("dwld_disk_reserve_bytes", "Free space below which nothing new begins (worker.minFreeBytes).", minFreeBytes),
    ofHosts("dwld_undelivered_tasks", "Tasks whose files wait on a host.", (host) => host.waiting_tasks),
    ofHosts("dwld_undelivered_bytes", "Bytes of files that wait on a host.", (host) => host.waiting_bytes),
    ofHosts("dwld_host_silent_seconds", "Time without a sign of life of a host.", (host) => host.silent_ms / 1000),
    gauge(
      "dwld_ytdlp_info",
      "1, with the version of yt-dlp that the worker of a host uses.",
      expected.flatMap(({ name }) => {
        const version = versions.get(name) ?? "";
        return version === "" ? [] : [[{ host: name, version: version.slice(0, 40) }, 1] as const];
      }),
    ),
  ];
}
