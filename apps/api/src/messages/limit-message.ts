import type { MessageInitShape } from "@bufbuild/protobuf";
import { limitTable } from "@dwld/limits";
import type { LimitSchema } from "@dwld/rpc";
import type { LimitStatus } from "../limits/limits.ts";
import { wireTime } from "./wire-values.ts";

type Known = Pick<LimitStatus, "limit" | "subject" | "most"> & Partial<LimitStatus>;

export function limitMessage(known: Known): MessageInitShape<typeof LimitSchema> {
  const { limit, subject, most, refusedCount = 0, refusedAtMs } = known;
  return {
    ...{ name: limit, subject, most: BigInt(most), refusedCount: BigInt(refusedCount) },
    unit: limitTable[limit].unit === "bytes" ? "bytes" : "1",
    ...(refusedAtMs === undefined ? {} : { lastRefusedTime: wireTime(refusedAtMs) }),
  };
}
