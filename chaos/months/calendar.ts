import { dayMs, hourMs, minuteMs } from "@dwld/timing";
import type { SeededRandom } from "../seeded-random.ts";

/** A video that a person asks for: one of the open site, or "members", of the site that wants an account. */
export type Wish = "film" | "stream" | "breaking" | "removed" | "members";

/** A change in the world around the house. */
export type Happening =
  | { readonly kind: "link"; readonly wish: Wish }
  /** The open site answers 503 or 429 for some hours. */
  | { readonly kind: "site-breaks"; readonly status: 429 | 503 }
  | { readonly kind: "site-works" }
  /** The account's session ends: the site knows the cookies no longer. */
  | { readonly kind: "session-ends" }
  | { readonly kind: "ftp-leaves" }
  | { readonly kind: "ftp-returns" }
  | { readonly kind: "disk-fills" }
  /** The FTP server gets a new certificate, as from its authority, before the old one ends. */
  | { readonly kind: "ftp-certificate" }
  | { readonly kind: "power-cut" }
  /** A version of yt-dlp comes; one of them is broken: it cannot read the pages of the open site. */
  | { readonly kind: "release"; readonly version: string; readonly isBroken: boolean };

export type Event = { readonly atMs: number; readonly happening: Happening };

export const days = 60;

/** The days on which versions of yt-dlp come, and whether they are broken. */
const releases = [
  [2, false],
  [21, true],
  [41, false],
] as const;

/** Newer than any that there is. */
const versionOf = (day: number) => `2099.01.${String(day).padStart(2, "0")}`;

export const lastGoodVersion = versionOf(releases.findLast(([, isBroken]) => !isBroken)?.[0] ?? 0);

/** Plans two months, in milliseconds from their beginning. Nothing new is asked for on the last two days. */
export function planMonths(random: SeededRandom): Event[] {
  const events: Event[] = [];
  const add = (day: number, hour: number, happening: Happening): void => {
    events.push({ atMs: day * dayMs + hour * hourMs + random.between(0, 59 * minuteMs), happening });
  };
  for (let day = 0; day < days - 2; day += 1)
    for (let links = random.between(0, 3); links > 0; links -= 1) {
      const wish = random.weighted<Wish>({ film: 6, stream: 2, breaking: 1, removed: 1, members: 2 });
      add(day, random.between(6, 23), { kind: "link", wish });
    }
  for (const [day, isBroken] of releases)
    add(day, random.between(0, 23), { kind: "release", version: versionOf(day), isBroken });
  const near = (day: number): number => day + random.between(-1, 1);
  const between = (day: number, hour: number, hours: number, [first, last]: readonly [Happening, Happening]): void => {
    add(day, hour, first);
    add(day + Math.floor((hour + hours) / 24), (hour + hours) % 24, last);
  };
  const breaks = (status: 429 | 503): [Happening, Happening] => [
    { kind: "site-breaks", status },
    { kind: "site-works" },
  ];
  between(near(5), random.between(8, 20), random.between(2, 8), breaks(503));
  between(near(11), random.between(8, 20), random.between(20, 30), breaks(429));
  add(near(17), random.between(0, 23), { kind: "session-ends" });
  between(near(24), random.between(8, 20), 24, [{ kind: "ftp-leaves" }, { kind: "ftp-returns" }]);
  add(near(31), random.between(0, 23), { kind: "disk-fills" });
  add(near(37), random.between(0, 23), { kind: "power-cut" });
  add(near(48), random.between(0, 23), { kind: "ftp-certificate" });
  // The evenings on which something is asked for while it is out of order.
  for (const day of [11, 24, 25, 31, 32]) add(day, 21, { kind: "link", wish: "film" });
  for (const day of [18, 19, 20, 22]) add(day, 21, { kind: "link", wish: "members" });
  return events.toSorted((one, other) => one.atMs - other.atMs);
}
