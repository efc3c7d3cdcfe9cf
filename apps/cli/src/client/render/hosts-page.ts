import { timestampMs } from "@bufbuild/protobuf/wkt";
import type { Host, Process } from "@dwld/rpc";
import { oneLine, sizeText } from "@dwld/text";
import { padText } from "./fit-text.ts";
import { spanText } from "./quantities.ts";

/** Returns a line for each host, and below it one for each of its processes. */
export function hostsPage(hosts: readonly Host[], nowMs: number): string[] {
  if (hosts.length === 0) return ["no machine yet: neither a worker nor an ftp-sender ever ran"];
  return hosts.flatMap((host) => [
    hostLine(host, nowMs),
    ...host.processes.map((process) => `  ${processLine(process)}`),
  ]);
}

function hostLine(host: Host, nowMs: number): string {
  const { downloadsDisk: disk, waitingCount } = host;
  return [
    padText(oneLine(host.name), 20),
    host.alive ? "alive" : silenceText(host, nowMs),
    disk === undefined || disk.path === ""
      ? ""
      : `${sizeText(disk.freeBytes)} of ${sizeText(disk.totalBytes)} free, ${oneLine(disk.path)}`,
    host.sharedFolder === "" ? "" : `shared as ${oneLine(host.sharedFolder)}`,
    waitingCount === 0n
      ? "nothing waits for delivery"
      : `${waitingCount} ${waitingCount === 1n ? "task waits" : "tasks wait"} for delivery, ${sizeText(disk?.waitingBytes ?? 0n)}`,
  ]
    .filter((part) => part !== "")
    .join("  ");
}

function silenceText({ lastSeenTime }: Host, nowMs: number): string {
  if (lastSeenTime === undefined) return "not alive";
  return `not alive, last sign of life ${spanText(nowMs - timestampMs(lastSeenTime))} ago`;
}

function processLine({ app, pid, version, ytdlpVersion, alive, trouble }: Process): string {
  return [
    padText(oneLine(app), 10),
    alive ? `pid ${pid}` : `pid ${pid}, not alive`,
    oneLine(version),
    ytdlpVersion === "" ? "" : `yt-dlp ${oneLine(ytdlpVersion)}`,
    trouble === "" ? "" : `trouble: ${oneLine(trouble)}`,
  ]
    .filter((part) => part !== "")
    .join("  ");
}
