import type { MessageInitShape } from "@bufbuild/protobuf";
import type { TestNotifyResponseSchema } from "@dwld/rpc";
import type { ServiceContext } from "./context.ts";

/** Sends a trial message to each target of the operator, as this process sends all others. */
export async function testNotify(
  { notify }: Pick<ServiceContext, "notify">,
  signal: AbortSignal,
): Promise<MessageInitShape<typeof TestNotifyResponseSchema>> {
  const trials = await notify.tryTargets(signal);
  return {
    trials: trials.map(({ receiver, reply }) => ({
      receiver,
      accepted: reply.outcome === "accepted",
      answer: reply.answer,
    })),
  };
}
