import * as z from "zod";
import { bytes, wholeNumber } from "./values.ts";

/** The largest number of links, so that it is cheap to count up to it. */
const mostLinks = 100_000;

/** How much one address, one chat and one token may take. 0 is a mistake: a limit that is left out does not exist. */
export const limits = z.strictObject({
  perAddress: z
    .strictObject({
      connections: wholeNumber(1, 10_000).default(500).describe("Open connections of one address to the api."),
      streams: wholeNumber(1, 10_000)
        .default(400)
        .describe("Streams, such as WatchTasks, that one address holds at once."),
      addsPerMinute: links().describe(
        "Links that one address adds: as many at once, then as many a minute. Default: no limit.",
      ),
    })
    .prefault({}),
  perChat: z
    .strictObject({
      addsPerMinute: links().describe("The same for one chat. Default: no limit."),
      waitingTasks: links().describe("Links of one chat that wait for their download. Default: no limit."),
      bytesPerDay: bytes(1, "50 GB")
        .exactOptional()
        .describe("Bytes downloaded for one chat in 24 hours, after which it adds no more. Default: no limit."),
      playlistEntries: wholeNumber(1, 10_000).default(100).describe("Most entries of one playlist that become tasks."),
    })
    .prefault({}),
  perToken: z
    .strictObject({
      streams: wholeNumber(1, 10_000)
        .exactOptional()
        .describe("Streams that one token holds at once. Default: no limit."),
      addsPerMinute: links().describe("Links that one token adds. Default: no limit."),
      waitingTasks: links().describe(
        "Links that wait in all chats of a token together; one that is bound to no chats has no such limit. Default: no limit.",
      ),
      bytesPerDay: bytes(1, "200 GB")
        .exactOptional()
        .describe(
          "Bytes downloaded for all chats of a token together; not for one bound to no chats. Default: no limit.",
        ),
    })
    .prefault({}),
});

function links() {
  const error = `a whole number from 1 to ${mostLinks}; without this key there is no limit`;
  return z.int({ error }).min(1, { error }).max(mostLinks, { error }).exactOptional();
}
