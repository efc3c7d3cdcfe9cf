import { type Task, type Wait, WaitReason } from "@dwld/rpc";
import type { Identity } from "../access/identity.ts";
import { seesMachine } from "../access/rights.ts";
import { waitMessage } from "./wait-message.ts";

/**
 * Returns a copy of a message, wherever in it tasks stand, without what its viewer may not see: paths of this machine and
 * the words of its programs; for a viewer of some chats, the place in a line of all chats, the limit of a site, the
 * site for which a task made room, and the short id, which depends on the ids of others.
 */
export function asSeenBy<Message>(viewer: Pick<Identity, "role" | "scope">, message: Message): Message {
  return seesMachine(viewer) ? message : (copyFor(viewer, message) as Message);
}

/** Messages are shared by all who watch, so nothing in them is changed. */
function copyFor(viewer: Pick<Identity, "scope">, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((each) => copyFor(viewer, each));
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  const copied: Record<string, unknown> = Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, copyFor(viewer, each)]),
  );
  switch (copied["$typeName"]) {
    case "dwld.v1.File":
      return { ...copied, localPath: "" };
    case "dwld.v1.Attempt":
      return { ...copied, stderrTail: "", host: "" };
    case "dwld.v1.Task":
      return viewer.scope === "all" ? copied : { ...copied, shortId: (value as Task).id };
    case "dwld.v1.Wait":
      return viewer.scope === "all" ? copied : withoutOthers(value as Wait);
    default:
      return copied;
  }
}

/** A site that is at its limit is so by links of others, too: who adds a link could tell from where they load. */
function withoutOthers(wait: Wait): Wait {
  const hasMadeRoom = wait.reason === WaitReason.PLACE && wait.until !== undefined;
  if (wait.placeInLine === 0 && wait.reason !== WaitReason.SITE_LIMIT && !hasMadeRoom) return wait;
  return waitMessage({ reason: "place", placeInLine: undefined }, { site: "", state: "QUEUED" });
}
