import type { StageSettings } from "@dwld/daemon";
import type { StageTraits } from "./choose-stage.ts";

/** Options that make a site take dwld for another client. */
const asAnother = /^--(?:add-headers|xff)\b/;

/** Returns how a stage differs from one without settings. It is chosen by this after a failure. */
export function stageTraits(stage: StageSettings): StageTraits {
  const { format, sort, container, embed = [] } = stage;
  return {
    cookies: stage.cookies !== undefined,
    proxy: stage.needs === "proxy" || (stage.proxy ?? "") !== "",
    client: clientOf(stage),
    format: format !== undefined || sort !== undefined,
    embedding: embed.length > 0 || container !== undefined,
    ytdlp: stage.ytdlp,
  };
}

/**
 * Returns everything by which a site tells clients apart, except for the account and the proxy. The address family is part
 * of it: sites block ranges of one family, and sign links for one.
 */
function clientOf({ client, extractorArgs, userAgent, impersonate, ipVersion, ...stage }: StageSettings) {
  const parts = [
    ...(client === undefined ? [] : [client]),
    ...extractorArgs,
    ...(userAgent === undefined ? [] : [userAgent]),
    ...(impersonate === undefined ? [] : [impersonate]),
    ...(ipVersion === undefined ? [] : [`IPv${ipVersion}`]),
    ...stage.arguments.flatMap((argument, index) =>
      asAnother.test(argument)
        ? [argument, ...(argument.includes("=") ? [] : stage.arguments.slice(index + 1, index + 2))]
        : [],
    ),
  ];
  return parts.length === 0 ? undefined : parts.join(" ");
}
