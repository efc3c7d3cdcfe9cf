import { readdirSync } from "node:fs";
import { join } from "node:path";
import { layout } from "@dwld/layout";
import type { FailureClass } from "../failure-class.ts";
import { readRules, type Words } from "./read-rules.ts";
import type { Rule } from "./rule.ts";

const words: Words = new Map();

function read(table: string, headings?: readonly FailureClass[]): Rule[] {
  return readRules(join(layout.failureRules, table), words, headings);
}

read("english/words.txt");

/** This machine's own troubles: its disk, its permissions, its programs. For the whole message. */
export const machineRules: readonly Rule[] = read("english/machine.txt");

/** The way out. For the whole message, causes too. */
export const proxyRules: readonly Rule[] = read("english/proxy.txt");

/** Connections that fail. For the whole message, causes too. */
export const networkRules: readonly Rule[] = read("english/network.txt");

/** "Try again later": it passes, and the text does not say what it is. */
export const passingRules: readonly Rule[] = read("english/passing.txt");

/** Words of yt-dlp and its extractors on their own work. Asked after all that sites say; what passes before what is final. */
export const workRules: readonly Rule[] = [...read("english/work.txt"), ...read("english/answer.txt")];

/** The precedence of the other languages' rules, as of the English ones. */
const order = [
  "rate_limited",
  "bot_check",
  "geo_blocked",
  "copyright_blocked",
  "drm",
  "not_started",
  "live_now",
  "cookies_stale",
  "private",
  "login_required",
  "gone",
  "network",
] as const satisfies readonly FailureClass[];

const foreign = readdirSync(join(layout.failureRules, "languages"))
  .toSorted()
  .flatMap((table) => read(`languages/${table}`, [...order, "unknown"]));

/** `passingRules` in the other languages. */
export const foreignPassing: readonly Rule[] = foreign
  .filter(({ failureClass }) => failureClass === "unknown")
  .map((rule) => ({ ...rule, confidence: "low" }));

const unlessMachinery = new RegExp(words.get("machinery") ?? "", "u");

/** Sentences of sites in other languages than English. */
const foreignRules: readonly Rule[] = order.flatMap((failureClass) =>
  foreign
    .filter((rule) => rule.failureClass === failureClass)
    .map((rule) => ({
      ...rule,
      confidence: failureClass === "network" ? "low" : "medium",
      ...(failureClass === "gone" ? { unless: unlessMachinery } : {}),
    })),
);

/**
 * Sentences of sites about a video. The order is the precedence: walls, places and times, which pass, before what is
 * final; "private" before "log in", which is said below it; the other languages last.
 */
export const siteRules: readonly Rule[] = [
  ...["site", "traffic", "place", "drm", "time", "removed", "account", "absence"].flatMap((name) =>
    read(`english/${name}.txt`),
  ),
  ...foreignRules,
];
