import type { MessageInitShape } from "@bufbuild/protobuf";
import { findHost, forgetHost as forget, isHostAlive, waitingToRestart } from "@dwld/queue";
import type { ForgetHostRequest, ForgetHostResponseSchema } from "@dwld/rpc";
import { LivingHostError, UnknownHostError } from "../rules/errors.ts";
import { checkRequest, hostRules } from "../rules/request-rules.ts";
import type { ServiceContext } from "./context.ts";

/** Declares a host gone for good, or with `validate_only` counts what that would start again. */
export async function forgetHost(
  { database, logger, now }: Pick<ServiceContext, "database" | "logger" | "now">,
  request: ForgetHostRequest,
): Promise<MessageInitShape<typeof ForgetHostResponseSchema>> {
  const { name } = checkRequest(hostRules, request);
  if (request.validateOnly) {
    const host = await findHost(database, name);
    if (host === undefined || host.forgotten_at !== null) throw new UnknownHostError(name);
    if (await isHostAlive(database, host)) throw new LivingHostError(name);
    return { restartedCount: BigInt(await waitingToRestart(database, name)) };
  }
  const forgotten = await forget(database, name, now());
  if (forgotten === "unknown") throw new UnknownHostError(name);
  if (forgotten === "alive") throw new LivingHostError(name);
  logger.warn({ host: name, restarted: forgotten.restarted }, "a host was declared gone");
  return { restartedCount: BigInt(forgotten.restarted) };
}
