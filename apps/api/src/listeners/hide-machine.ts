import type { Interceptor } from "@connectrpc/connect";
import { DownloadService } from "@dwld/rpc";
import { type Identity, identityOf } from "../access/identity.ts";
import { seesMachine } from "../access/rights.ts";
import { asSeenBy } from "../messages/as-seen-by.ts";

/** Takes from the answers about tasks what their caller may not see. One place, so that no method forgets it. */
export const hideMachine: Interceptor = (next) => async (request) => {
  const response = await next(request);
  if (request.service.typeName !== DownloadService.typeName) return response;
  const viewer = identityOf(request.contextValues);
  if (seesMachine(viewer)) return response;
  return response.stream
    ? { ...response, message: seen(viewer, response.message) }
    : { ...response, message: asSeenBy(viewer, response.message) };
};

async function* seen<Message>(viewer: Identity, messages: AsyncIterable<Message>): AsyncGenerator<Message> {
  for await (const message of messages) yield asSeenBy(viewer, message);
}
