import { join } from "node:path";
import { emptyStage, type StageSettings } from "./stage-settings.ts";

/** A site of a configuration that names none. A configured site of the same name replaces it, key by key. */
type BuiltInSite = {
  readonly hosts: readonly string[];
  readonly stages: readonly string[];
  readonly parallel?: number;
  readonly startIntervalSeconds?: number;
};

/**
 * A site's ladder of stages begins with the one that costs nothing. Each further stage changes something that a class of
 * failures is about: the client that the site sees, the account, the format, the address. A stage whose needs are not
 * met on this machine is left out. `browser` needs a library that no package brings along, so it comes after the stages
 * that every machine, or a file of cookies, makes possible.
 */
export const builtInSites: Readonly<Record<string, BuiltInSite>> = {
  youtube: {
    hosts: ["youtube.com", "youtu.be", "youtube-nocookie.com", "youtubekids.com"],
    stages: ["default", "youtube-clients", "youtube-cookies", "proxy"],
    startIntervalSeconds: 2,
  },
  // One download at a time, and slowly: Instagram counts requests, and after too many wants a login from everybody at this address.
  instagram: {
    hosts: ["instagram.com", "instagr.am"],
    stages: ["default", "instagram-cookies", "browser", "proxy"],
    parallel: 1,
    startIntervalSeconds: 5,
  },
  tiktok: {
    hosts: ["tiktok.com"],
    stages: ["default", "tiktok-cookies", "browser", "proxy"],
    startIntervalSeconds: 2,
  },
  x: {
    hosts: ["x.com", "twitter.com", "t.co"],
    stages: ["default", "x-syndication", "x-cookies", "proxy"],
    startIntervalSeconds: 1,
  },
  vk: {
    hosts: ["vk.com", "vk.ru", "vkvideo.ru"],
    stages: ["default", "vk-cookies", "browser", "proxy"],
    startIntervalSeconds: 1,
  },
  // No account helps: it refuses whole countries.
  rutube: { hosts: ["rutube.ru"], stages: ["default", "browser", "proxy"] },
  // Only recordings for subscribers need the account.
  twitch: { hosts: ["twitch.tv"], stages: ["default", "twitch-cookies", "proxy"] },
  vimeo: { hosts: ["vimeo.com", "vimeopro.com"], stages: ["default", "vimeo-cookies", "browser", "proxy"] },
};

/** The stages of every site that has no name. */
export const builtInDefaultStages: readonly string[] = ["default", "single", "browser", "proxy"];

/** @param data folder of the cookie pools, `cookies/<site>`. The stage of an empty pool is left out. */
export function builtInStages(data: string): Readonly<Record<string, StageSettings>> {
  const withCookies = ["youtube", "instagram", "tiktok", "x", "vk", "twitch", "vimeo"].map(
    (site): [string, StageSettings] => [
      // An account, for videos that are private, for adults or for members, and for sites that suspect a robot.
      `${site}-cookies`,
      { ...emptyStage, cookies: join(data, "cookies", site) },
    ],
  );
  return {
    // yt-dlp's own defaults: it knows best which clients work with its version.
    default: emptyStage,
    // The TLS handshake of a browser, for sites that recognise a program by its own and answer 403.
    browser: { ...emptyStage, impersonate: "chrome" },
    // One file with picture and sound, for sites that refuse or break the separate streams.
    single: { ...emptyStage, format: "b/bv*+ba" },
    // An address in another country, for blocks of countries and of whole providers.
    proxy: { ...emptyStage, needs: "proxy" },
    // Clients that yt-dlp does not take by itself, known to old versions and new. By IPv4, since YouTube bars whole
    // blocks of IPv6, and refuses bytes to another family of addresses than the one that asked for the links.
    "youtube-clients": { ...emptyStage, client: "tv,web_safari,web_embedded", ipVersion: 4 },
    // The API for posts embedded in other pages: needs no guest token, which may be used up. Lower quality for some.
    "x-syndication": { ...emptyStage, client: "syndication" },
    ...Object.fromEntries(withCookies),
  };
}
