import type { MessageInitShape } from "@bufbuild/protobuf";
import { listSites as readSites, stageResults } from "@dwld/queue";
import type { ListSitesResponseSchema } from "@dwld/rpc";
import { siteMessage } from "../messages/site-message.ts";
import type { ServiceContext } from "./context.ts";

export async function listSites({
  database,
  now,
}: Pick<ServiceContext, "database" | "now">): Promise<MessageInitShape<typeof ListSitesResponseSchema>> {
  const results = Map.groupBy(await stageResults(database), ({ site }) => site);
  return { sites: (await readSites(database)).map((site) => siteMessage(site, results.get(site.name) ?? [], now())) };
}
