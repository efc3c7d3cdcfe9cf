import { timestampMs } from "@bufbuild/protobuf/wkt";
import { type Bot, BotState, type GetStatusResponse, type PausedSite, type Process, type Sensor } from "@dwld/rpc";
import { localText } from "./local-text.ts";
import { oneLine, sizeText } from "@dwld/text";
import { fieldLines } from "./field-lines.ts";
import { padText } from "./fit-text.ts";
import { noticeLines } from "./notice-lines.ts";
import { limitLines } from "./limit-lines.ts";
import type { Look } from "./look.ts";
import { percentText, spanText, untilText } from "./quantities.ts";
import { progressLine } from "./task-lines.ts";
import { stateWord } from "./task-words.ts";
import { ytdlpLines } from "./ytdlp-lines.ts";

/** Returns the page of `dwld status`. */
export function statusPage(status: GetStatusResponse, look: Look, nowMs: number): string[] {
  // These are told to all who see the machine.
  const seesMachine = status.cache !== "" || status.downloadsDisk !== undefined || status.processes.length > 0;
  const lines = fieldLines([
    ["version", oneLine(status.version)],
    ["tasks", status.counts.map(({ state, count }) => `${count} ${stateWord(state)}`).join(", ")],
    ["destination", seesMachine ? oneLine(status.destination) || "none: files stay in the download folder" : ""],
    ["disk", diskText(status)],
    ["waiting", waitingText(status)],
    ["cache", oneLine(status.cache)],
    ["sensors", sensorsText(status.sensors)],
  ]);
  if (seesMachine) lines.push("", "processes", ...processLines(status, nowMs));
  const ytdlps = ytdlpLines(status.hosts, nowMs);
  if (ytdlps.length > 0) lines.push("", "yt-dlp", ...ytdlps.map((line) => `  ${line}`));
  if (status.bots.length > 0) lines.push("", "bots", ...status.bots.map((bot) => `  ${botText(bot, nowMs)}`));
  const limits = limitLines(status.limits, nowMs);
  if (limits.length > 0) lines.push("", "limits", ...limits);
  const told = noticeLines(status, nowMs);
  if (told.length > 0) lines.push("", "told", ...told);
  if (status.pausedSites.length > 0) {
    lines.push("", "paused sites", ...status.pausedSites.map((site) => `  ${pauseText(site, nowMs)}`));
  }
  if (status.inWork.length > 0) {
    const columns = look.columns === undefined ? undefined : look.columns - 2;
    lines.push("", "in work", ...status.inWork.map((task) => `  ${progressLine(task, { ...look, columns }, nowMs)}`));
  }
  return lines;
}

function diskText({ downloadsDisk: disk }: GetStatusResponse): string {
  if (disk === undefined) return "";
  const share =
    disk.totalBytes === 0n ? "" : ` (${percentText((Number(disk.freeBytes) * 100) / Number(disk.totalBytes))})`;
  const kept = disk.reserveBytes === 0n ? "" : `, ${sizeText(disk.reserveBytes)} kept free`;
  const free = `${sizeText(disk.freeBytes)} of ${sizeText(disk.totalBytes)} free${share}${kept}, ${oneLine(disk.path)}`;
  // The worker cannot tell this if its table is on this disk.
  return disk.freeBytes < disk.reserveBytes ? `${free}: nothing new is downloaded until there is room` : free;
}

function waitingText({ downloadsDisk: disk, destination }: GetStatusResponse): string {
  if (disk === undefined || (destination === "" && disk.waitingBytes === 0n)) return "";
  const waiting = `${sizeText(disk.waitingBytes)} for delivery`;
  if (disk.maxWaitingBytes === 0n) return waiting;
  const held = disk.waitingBytes > disk.maxWaitingBytes ? ": nothing new is downloaded until some is delivered" : "";
  return `${waiting}, at most ${sizeText(disk.maxWaitingBytes)}${held}`;
}

function sensorsText(sensors: Sensor[]): string {
  return sensors.map((sensor) => `${oneLine(sensor.name).replaceAll("_", " ")} ${readingText(sensor)}`).join(", ");
}

function readingText({ value, unit }: Sensor): string {
  switch (unit) {
    case "bytes":
      return sizeText(Math.round(value));
    case "percent":
      return `${value.toFixed(1)}%`;
    case "celsius":
      return `${value.toFixed(0)} °C`;
    case "1":
      return value.toFixed(2);
    default:
      return `${value} ${oneLine(unit)}`;
  }
}

/** Returns one line for each process, and one for each needed app of which none is alive. */
function processLines({ processes, destination, version }: GetStatusResponse, nowMs: number): string[] {
  const needed = destination === "" ? ["worker"] : ["worker", "ftp-sender"];
  const missing = needed.filter((app) => !processes.some((process) => process.app === app && process.alive));
  return [
    ...processes.map((process) => `  ${padText(oneLine(process.app), 10)}  ${processText(process, version, nowMs)}`),
    ...missing.map((app) => `  ${padText(app, 10)}  none is alive`),
  ];
}

/** A process of before an upgrade is of another version than the api. */
function versionText({ version }: Process, apiVersion: string): string {
  const isOther = version !== apiVersion && version !== "";
  return isOther ? `${oneLine(version)} (the api is another version)` : oneLine(version);
}

/** @param version that of the api. */
function processText(process: Process, version: string, nowMs: number): string {
  const seenMs = process.lastSeenTime === undefined ? undefined : timestampMs(process.lastSeenTime);
  const startMs = process.startTime === undefined ? undefined : timestampMs(process.startTime);
  const gone = seenMs === undefined ? "not alive" : `not alive, last seen ${spanText(nowMs - seenMs)} ago`;
  const up = startMs === undefined ? "alive" : `alive for ${spanText(nowMs - startMs)}`;
  return [
    process.alive ? up : gone,
    `pid ${process.pid} on ${oneLine(process.host)}`,
    versionText(process, version),
    process.ytdlpVersion === "" ? "" : `yt-dlp ${oneLine(process.ytdlpVersion)}`,
    wallsText(process),
    process.trouble === "" ? "" : `trouble: ${oneLine(process.trouble)}`,
  ]
    .filter((part) => part !== "")
    .join("  ");
}

function wallsText({ walls }: Process): string {
  if (walls === undefined) return "";
  return `walls: ${walls.networkNamespace && walls.sandbox ? "network namespace, sandbox" : oneLine(walls.text)}`;
}

/** Returns the state of the registration with a bot. */
function botText({ address, name, protocol, state, lastSuccessTime, nextAttemptTime, trouble }: Bot, nowMs: number) {
  const registered = state === BotState.REGISTERED;
  const lastMs = lastSuccessTime === undefined ? undefined : timestampMs(lastSuccessTime);
  const nextMs = nextAttemptTime === undefined ? undefined : timestampMs(nextAttemptTime);
  return [
    padText(botStateWord(state), 10),
    oneLine(address),
    `as ${oneLine(name)}`,
    oneLine(protocol),
    lastMs === undefined ? "" : `${registered ? "" : "last "}heard us ${spanText(nowMs - lastMs)} ago`,
    registered || nextMs === undefined ? "" : `next try in ${spanText(Math.max(0, nextMs - nowMs))}`,
    trouble === "" ? "" : `trouble: ${oneLine(trouble)}`,
  ]
    .filter((part) => part !== "")
    .join("  ");
}

function botStateWord(state: BotState): string {
  switch (state) {
    case BotState.PENDING:
      return "not asked";
    case BotState.REGISTERED:
      return "registered";
    case BotState.AWAY:
      return "away";
    case BotState.REFUSED:
      return "refuses";
    case BotState.FAILING:
      return "fails";
    case BotState.UNSPECIFIED:
    default:
      return "unknown";
  }
}

function pauseText({ site, pausedUntil, text }: PausedSite, nowMs: number): string {
  const until = pausedUntil === undefined ? "" : untilText(timestampMs(pausedUntil), nowMs);
  return [oneLine(site), until, localText(text)].filter((part) => part !== "").join("  ");
}
