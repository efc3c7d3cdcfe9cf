import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { GetStatusResponseSchema } from "@dwld/rpc";
import { localIdentity } from "../../access/identity.ts";
import { getStatus, type StatusContext } from "../../download-service/get-status.ts";
import type { HealthSource } from "../../services/health.ts";
import type { HealtheckResponseSchema } from "../gen/grpc/v1/downloader_pb.ts";

/**
 * Answers UNAVAILABLE while the api is not ready. Otherwise the answer has a message if something keeps links waiting,
 * since this contract has no other place for it.
 */
export async function checkHealth(
  context: StatusContext,
  { ready }: HealthSource,
): Promise<MessageInitShape<typeof HealtheckResponseSchema>> {
  if (!(await ready()))
    throw new ConnectError("the downloader is not ready; its operator finds the reason at /readyz", Code.Unavailable);
  const message = (await troubles(context)).join("; ");
  return message === "" ? {} : { message };
}

async function troubles(context: StatusContext): Promise<string[]> {
  const { processes } = create(GetStatusResponseSchema, await getStatus(context, localIdentity));
  const alive = processes.filter((process) => process.alive);
  const needed = context.destination === "" ? ["worker"] : ["worker", "ftp-sender"];
  return [
    ...needed.filter((app) => alive.every((process) => process.app !== app)).map((app) => `no ${app} is running`),
    ...alive.flatMap(({ app, trouble }) => (trouble === "" ? [] : [`${app}: ${trouble}`])),
  ];
}
