import * as z from "zod";
import { canonicalHost, hostName, list, quantity, text, wholeNumber } from "./values.ts";

/** A site as it may be written. complete-sites.ts fills in the rest. */
export const site = z.strictObject({
  hosts: list(hostName("youtube.com"), { min: 1, right: "a list of host names, such as [youtube.com, youtu.be]" })
    .transform((hosts) => hosts.map((host) => canonicalHost(host) ?? host))
    .exactOptional()
    .describe("Host names. They include all names below them."),
  stages: list(text("the name of a stage"), { min: 1, right: "a list of stages, the first one tried first" })
    .exactOptional()
    .describe("The stages to try, in this order. Default: the built-in site's of this name, else sites.default's."),
  parallel: wholeNumber(1, 64)
    .exactOptional()
    .describe("Downloads from this site at once. Default: one less than worker.parallel, at least 1."),
  startIntervalSeconds: quantity("seconds", 0, 86_400)
    .exactOptional()
    .describe("Least time between two starts. Default: none."),
  maxAttempts: wholeNumber(1, 1000).exactOptional().describe("Default: worker.maxAttempts."),
  maxTotalHours: quantity("hours", 0.001, 8760).exactOptional().describe("Default: worker.maxTotalHours."),
});
