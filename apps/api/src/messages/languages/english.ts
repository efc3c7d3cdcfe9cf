import type { Language } from "./language.ts";

const pauses: Readonly<Record<string, string>> = {
  bot_check: "it takes us for a robot",
  rate_limited: "it asks us to slow down",
  login_required: "it asks for a login",
};

export const english: Language = {
  wait: (wait, site, isDelivery) => {
    switch (wait.reason) {
      case "start_time":
        return "its start time has not come yet";
      case "next_attempt":
        return "the last attempt failed, and the next one follows";
      case "site_paused":
        return wait.untilMs === undefined
          ? `${site} is tried with one link after its pause`
          : `${site} is paused: ${english.pause(wait.failureClass)}`;
      case "site_limit":
        return wait.untilMs === undefined
          ? `other links of ${site} are downloaded first`
          : `links of ${site} begin one after the other, with a pause between two`;
      case "place":
        return inLine(wait.placeInLine, isDelivery);
      case "yielded":
        return "it was slow, and made room for a link of another site";
      case "disk_space":
        return "there is no room on the disk of the downloads";
      case "limit":
        return "its chat has had as much as it may have in a day";
      case "worker":
        return wait.runs ? "the worker cannot run yt-dlp" : "no worker is running";
      case "sender":
        return wait.host === undefined
          ? "no ftp-sender is running"
          : "no ftp-sender is running on the machine that has its files";
      case "destination":
        return wait.isAway ? "the server it goes to cannot be reached" : "the server it goes to refuses it";
    }
  },
  pause: (failureClass) => pauses[failureClass] ?? "it refuses us",
};

function inLine(place: number | undefined, isDelivery: boolean): string {
  if (place === undefined) return isDelivery ? "it is in line for its delivery" : "it is in line";
  return place === 1 ? "it is next in line" : `it is ${ordinal(place)} in line`;
}

const plurals = new Intl.PluralRules("en", { type: "ordinal" });
const suffixes: Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> = { one: "st", two: "nd", few: "rd" };

function ordinal(place: number): string {
  return `${place}${suffixes[plurals.select(place)] ?? "th"}`;
}
