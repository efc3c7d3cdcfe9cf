import type { MessageInitShape } from "@bufbuild/protobuf";
import { type LaneRow, type NoticeRow, parseTexts } from "@dwld/queue";
import type { NoticeReceiverSchema, NoticeSchema } from "@dwld/rpc";
import { localizedTexts } from "./localized-text.ts";
import { wireInt64, wireTime } from "./wire-values.ts";

type Lane = LaneRow & { readonly waiting: number };

/** Converts what the operator was told, and where. @param targets names in the order of the configuration. */
export function noticeMessages(
  notices: readonly NoticeRow[],
  lanes: readonly Lane[],
  targets: readonly string[],
): {
  notices: MessageInitShape<typeof NoticeSchema>[];
  noticeReceivers: MessageInitShape<typeof NoticeReceiverSchema>[];
} {
  const laneOf = new Map(lanes.map((lane) => [lane.name, lane]));
  // A receiver that nothing waits for may be none any more: it was taken from the configuration, or said so.
  const others = lanes.filter(
    ({ name, failing_since, waiting }) => !targets.includes(name) && failing_since !== null && waiting > 0,
  );
  return {
    notices: notices.flatMap((row) => (row.told_at === null ? [] : [noticeMessage(row, row.told_at)])),
    noticeReceivers: [
      ...targets.map((name) => receiverMessage(name, laneOf.get(name))),
      ...others.map((lane) => receiverMessage(lane.name, lane)),
    ],
  };
}

function noticeMessage(
  { kind, subject, since, ended_at, texts }: NoticeRow,
  toldAt: number,
): MessageInitShape<typeof NoticeSchema> {
  return {
    ...{ kind, subject },
    sinceTime: wireTime(since),
    tellTime: wireTime(toldAt),
    ...(ended_at === null ? {} : { endTime: wireTime(ended_at) }),
    text: localizedTexts(parseTexts(texts)),
  };
}

function receiverMessage(name: string, lane: Lane | undefined): MessageInitShape<typeof NoticeReceiverSchema> {
  if (lane === undefined) return { name };
  const { accepted_at, failing_since, retry_at, failures, waiting, answer } = lane;
  return {
    ...{ name, answer },
    waitingCount: wireInt64(waiting),
    ...(accepted_at === null ? {} : { lastAcceptTime: wireTime(accepted_at) }),
    ...(failing_since === null ? {} : { failingSinceTime: wireTime(failing_since) }),
    ...(failures === 0 ? {} : { nextAttemptTime: wireTime(retry_at) }),
  };
}
