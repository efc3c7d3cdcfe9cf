import type { MessageInitShape } from "@bufbuild/protobuf";
import type { ListHostsResponseSchema } from "@dwld/rpc";
import { readProcesses } from "../machine/living-processes.ts";
import { hostMessage } from "../messages/host-message.ts";
import { processMessage } from "../messages/process-message.ts";
import type { ServiceContext } from "./context.ts";

/** Returns the hosts that share the table, with their processes. */
export async function listHosts(
  context: Pick<ServiceContext, "database" | "host" | "now">,
): Promise<MessageInitShape<typeof ListHostsResponseSchema>> {
  const { processes, hosts } = await readProcesses(context.database, context.host, context.now());
  return {
    hosts: hosts.map((row) => {
      const own = processes.filter((process) => process.row.host === row.name);
      const isAlive = own.some((process) => process.isAlive);
      const messages = own.map((process) => processMessage(process, context));
      return hostMessage(row, isAlive, messages);
    }),
  };
}
