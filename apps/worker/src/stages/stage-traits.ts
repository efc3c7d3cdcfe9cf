import type { StageSettings } from "@dwld/daemon";
import type { StageTraits } from "./choose-stage.ts";

/** Options by which a site takes us for another. */
const asAnother = /^--(?:add-headers|xff)\b/;

/** What a stage does differently from one that says nothing: by this it is chosen after a failure. */
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
 * All by which a site tells who asks, but for the account and the proxy. The family of addresses is part of it: sites
 * bar blocks of one family, and sign links for one.
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
