import { type Timestamp, timestampMs } from "@bufbuild/protobuf/wkt";
import type { GetStatusResponse, Notice, NoticeReceiver } from "@dwld/rpc";
import { oneLine } from "@dwld/text";
import { localText } from "./local-text.ts";
import { spanText } from "./quantities.ts";

/** Returns a line for each condition that the operator was told of, and one for each receiver. */
export function noticeLines({ notices, noticeReceivers }: GetStatusResponse, nowMs: number): string[] {
  return [
    ...notices.map((notice) => `  ${noticeText(notice, nowMs)}`),
    ...noticeReceivers.map((receiver) => `  ${receiverText(receiver, nowMs)}`),
  ];
}

function noticeText({ kind, text, tellTime, endTime }: Notice, nowMs: number): string {
  const told = `the operator was told ${agoText(tellTime, nowMs)}`;
  return [
    endTime === undefined ? told : `${told}, and ${agoText(endTime, nowMs)} that it is over`,
    oneLine(kind),
    localText(text),
  ].join("  ");
}

function receiverText(receiver: NoticeReceiver, nowMs: number): string {
  const { name, failingSinceTime, nextAttemptTime, lastAcceptTime, waitingCount, answer } = receiver;
  const state =
    failingSinceTime === undefined
      ? lastAcceptTime === undefined
        ? "nothing was sent yet"
        : `accepted a message ${agoText(lastAcceptTime, nowMs)}`
      : `has refused for ${spanText(nowMs - timestampMs(failingSinceTime))}: ${oneLine(answer)}`;
  const nextMs = nextAttemptTime === undefined ? undefined : Math.max(0, timestampMs(nextAttemptTime) - nowMs);
  return [
    `${oneLine(name)}  ${state}`,
    waitingCount === 0n ? "" : `${waitingCount} waiting`,
    nextMs === undefined ? "" : `next try in ${spanText(nextMs)}`,
  ]
    .filter((part) => part !== "")
    .join("  ");
}

function agoText(time: Timestamp | undefined, nowMs: number): string {
  return time === undefined ? "" : `${spanText(Math.max(0, nowMs - timestampMs(time)))} ago`;
}
