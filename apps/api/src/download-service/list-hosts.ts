import type { MessageInitShape } from "@bufbuild/protobuf";
import type { ListHostsResponseSchema } from "@dwld/rpc";
import { readProcesses } from "../machine/living-processes.ts";
import { hostMessages } from "../messages/host-message.ts";
import { readYtdlps } from "../messages/ytdlp-message.ts";
import type { ServiceContext } from "./context.ts";

/** Returns the hosts that share the table, with their processes. */
export async function listHosts(
  context: Pick<ServiceContext, "database" | "host" | "now">,
): Promise<MessageInitShape<typeof ListHostsResponseSchema>> {
  const { database, host, now } = context;
  return { hosts: hostMessages(await readProcesses(database, host, now()), await readYtdlps(database), context) };
}
