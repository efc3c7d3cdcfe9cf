import type { MessageInitShape } from "@bufbuild/protobuf";
import { findSite, resumeSite as resume, stageResults } from "@dwld/queue";
import type { ResumeSiteRequest, ResumeSiteResponseSchema } from "@dwld/rpc";
import { UnknownSiteError } from "../rules/errors.ts";
import { checkRequest, siteRules } from "../rules/request-rules.ts";
import { siteMessage } from "../messages/site-message.ts";
import type { ServiceContext } from "./context.ts";

/** Ends the pause of a site. A site that is not paused is answered as it is. */
export async function resumeSite(
  { database, logger, now }: Pick<ServiceContext, "database" | "logger" | "now">,
  request: ResumeSiteRequest,
): Promise<MessageInitShape<typeof ResumeSiteResponseSchema>> {
  const { name } = checkRequest(siteRules, request);
  await resume(database, name);
  const site = await findSite(database, name);
  if (site === undefined) throw new UnknownSiteError(name);
  logger.info({ site: name }, "the pause of a site was ended by hand");
  return { site: siteMessage(site, await stageResults(database, name), now()) };
}
