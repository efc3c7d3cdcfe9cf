import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { type BotSchema, BotState } from "@dwld/rpc";
import type { BotStatus } from "./bot-registration.ts";

const states = {
  pending: BotState.PENDING,
  registered: BotState.REGISTERED,
  away: BotState.AWAY,
  refused: BotState.REFUSED,
  failing: BotState.FAILING,
} as const satisfies Record<BotStatus["state"], BotState>;

/** Converts the state of a registration. */
export function botMessage(status: BotStatus): MessageInitShape<typeof BotSchema> {
  const { address, name, protocol, state, lastSuccessAtMs, nextAttemptAtMs, trouble } = status;
  return {
    address,
    name,
    protocol,
    state: states[state],
    ...(lastSuccessAtMs === undefined ? {} : { lastSuccessTime: timestampFromMs(lastSuccessAtMs) }),
    ...(nextAttemptAtMs === undefined ? {} : { nextAttemptTime: timestampFromMs(nextAttemptAtMs) }),
    trouble,
  };
}
