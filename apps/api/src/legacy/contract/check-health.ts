import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { GetStatusResponseSchema } from "@dwld/rpc";
import type { ServiceContext } from "../../download-service/context.ts";
import { getStatus } from "../../download-service/get-status.ts";
import type { HealthSource } from "../../health.ts";
import type { HealtheckResponseSchema } from "../gen/grpc/v1/downloader_pb.ts";

/**
 * UNAVAILABLE while the api itself is not ready. Else an answer: without a message where all is well, or with what
 * keeps links waiting, since this contract has no other place for it.
 */
export async function checkHealth(
  context: ServiceContext,
  { ready }: HealthSource,
): Promise<MessageInitShape<typeof HealtheckResponseSchema>> {
  if (!(await ready()))
    throw new ConnectError("the downloader is not ready; its operator finds the reason at /readyz", Code.Unavailable);
  const message = (await troubles(context)).join("; ");
  return message === "" ? {} : { message };
}

async function troubles(context: ServiceContext): Promise<string[]> {
  const { processes } = create(GetStatusResponseSchema, await getStatus(context));
  const alive = processes.filter((process) => process.alive);
  const needed = context.destination === "" ? ["worker"] : ["worker", "ftp-sender"];
  return [
    ...needed.filter((app) => alive.every((process) => process.app !== app)).map((app) => `no ${app} is running`),
    ...alive.flatMap(({ app, trouble }) => (trouble === "" ? [] : [`${app}: ${trouble}`])),
  ];
}
