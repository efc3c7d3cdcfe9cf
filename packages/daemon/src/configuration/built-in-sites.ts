import { join } from "node:path";
import { emptyStage, type StageSettings } from "./stage-settings.ts";

/** What a configuration without any sites and stages works with. What it names stands in for what is named so here. */
type BuiltInSite = {
  readonly hosts: readonly string[];
  readonly stages: readonly string[];
  readonly parallel?: number;
  readonly startIntervalSeconds?: number;
};

/**
 * A ladder begins with what costs nothing, and each further stage changes something that a class of failures is about:
 * the client that the site believes to see, the account, the format, the address. A stage whose needs are absent is
 * left out, so that a ladder is as long as the machine allows. `browser` needs what no package brings along, so it comes
 * behind what every machine, or a file of cookies, can do.
 */
export const builtInSites: Readonly<Record<string, BuiltInSite>> = {
  youtube: {
    hosts: ["youtube.com", "youtu.be", "youtube-nocookie.com", "youtubekids.com"],
    stages: ["default", "youtube-clients", "youtube-cookies", "proxy"],
    startIntervalSeconds: 2,
  },
  // One at a time and slowly: it counts requests, and then wants a login from everybody at this address.
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
  // No account helps: what it refuses, it refuses to a country.
  rutube: { hosts: ["rutube.ru"], stages: ["default", "browser", "proxy"] },
  // Recordings for subscribers alone need the account; everything else is open.
  twitch: { hosts: ["twitch.tv"], stages: ["default", "twitch-cookies", "proxy"] },
  vimeo: { hosts: ["vimeo.com", "vimeopro.com"], stages: ["default", "vimeo-cookies", "browser", "proxy"] },
};

/** For every site that has no name. */
export const builtInDefaultStages: readonly string[] = ["default", "single", "browser", "proxy"];

/** @param data below it lie the pools of cookies, `cookies/<site>`: where nothing lies, those stages are left out. */
export function builtInStages(data: string): Readonly<Record<string, StageSettings>> {
  const withCookies = ["youtube", "instagram", "tiktok", "x", "vk", "twitch", "vimeo"].map(
    (site): [string, StageSettings] => [
      // An account: for what is private, for grown-ups or for members, and where the site doubts that a person asks.
      `${site}-cookies`,
      { ...emptyStage, cookies: join(data, "cookies", site) },
    ],
  );
  return {
    // As yt-dlp does it: it knows best which clients its version gets on with.
    default: emptyStage,
    // The handshake of a browser: for sites that tell a program by its TLS, and answer it with 403.
    browser: { ...emptyStage, impersonate: "chrome" },
    // One file that has picture and sound already: nothing is merged, where the separate streams are refused or broken.
    single: { ...emptyStage, format: "b/bv*+ba" },
    // Another address, in another country: for blocks of countries and of whole providers.
    proxy: { ...emptyStage, needs: "proxy" },
    // Clients beside those that yt-dlp takes by itself, known to old versions and new; and by IPv4, since YouTube bars
    // whole blocks of IPv6, and refuses bytes to another family of addresses than the one that asked for the links.
    "youtube-clients": { ...emptyStage, client: "tv,web_safari,web_embedded", ipVersion: 4 },
    // What embeds posts in other pages: no guest's token, and so none that is used up. Lower quality, for some posts.
    "x-syndication": { ...emptyStage, client: "syndication" },
    ...Object.fromEntries(withCookies),
  };
}
