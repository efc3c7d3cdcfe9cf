import type { MessageInitShape } from "@bufbuild/protobuf";
import { foreseeForgetting, forgetHost as forget } from "@dwld/queue";
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
  const { validateOnly } = request;
  const forgotten = validateOnly ? await foreseeForgetting(database, name) : await forget(database, name, now());
  if (forgotten === "unknown") throw new UnknownHostError(name);
  if (forgotten === "alive") throw new LivingHostError(name);
  if (!validateOnly) logger.warn({ host: name, restarted: forgotten.restarted }, "a host was declared gone");
  return { restartedCount: BigInt(forgotten.restarted) };
}
