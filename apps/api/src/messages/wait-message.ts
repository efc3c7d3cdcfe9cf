import { create } from "@bufbuild/protobuf";
import type { TaskRow, Wait } from "@dwld/queue";
import { FailureClass, type Wait as WaitMessage, WaitReason, WaitSchema } from "@dwld/rpc";
import { failureClassOf } from "./failure-class.ts";
import { localizedTexts } from "./localized-text.ts";
import { wireTime } from "./wire-values.ts";
import { inEachLanguage } from "./languages/languages.ts";

const reasons: Readonly<Record<Wait["reason"], WaitReason>> = {
  start_time: WaitReason.START_TIME,
  next_attempt: WaitReason.NEXT_ATTEMPT,
  site_paused: WaitReason.SITE_PAUSED,
  site_limit: WaitReason.SITE_LIMIT,
  place: WaitReason.PLACE,
  yielded: WaitReason.PLACE,
  disk_space: WaitReason.DISK_SPACE,
  limit: WaitReason.LIMIT,
  worker: WaitReason.WORKER,
  sender: WaitReason.SENDER,
  destination: WaitReason.DESTINATION,
};

/** Converts the reason for which a task waits. */
export function waitMessage(wait: Wait, { site, state }: Pick<TaskRow, "site" | "state">): WaitMessage {
  const untilMs = "untilMs" in wait ? wait.untilMs : undefined;
  const isDelivery = state === "READY_TO_SEND";
  return create(WaitSchema, {
    reason: reasons[wait.reason],
    ...(untilMs === undefined ? {} : { until: wireTime(untilMs) }),
    failureClass: "failureClass" in wait ? failureClassOf(wait.failureClass) : FailureClass.UNSPECIFIED,
    placeInLine: wait.reason === "place" ? (wait.placeInLine ?? 0) : 0,
    text: localizedTexts(inEachLanguage((language) => language.wait(wait, site, isDelivery))),
  });
}
