import assert from "node:assert/strict";
import { fc, hostileText, property } from "@dwld/fuzz";
import { normaliseLink, siteOf } from "./site-of.ts";

const link = fc.oneof(
  fc.webUrl({ withQueryParameters: true, withFragments: true, validSchemes: ["http", "https", "HTTPS", "ftp"] }),
  fc.tuple(fc.webUrl(), hostileText).map((parts) => parts.join("/")),
  fc
    .tuple(fc.constantFrom("http://", "https://", "https:\\\\", "HTTP://user@", ""), hostileText)
    .map((parts) => parts.join("")),
);

function normalised(text: string): string | undefined {
  try {
    return normaliseLink(text);
  } catch (error) {
    assert.ok(error instanceof TypeError, String(error));
    return undefined;
  }
}

property("link: its one spelling is ASCII, stays as it is, and asks the same host", [link], (text) => {
  const spelled = normalised(text);
  if (spelled === undefined) return;
  assert.match(spelled, /^https?:\/\/[!-~]+$/);
  assert.equal(normaliseLink(spelled), spelled);
  const [before, after] = [new URL(text), new URL(spelled)];
  assert.deepEqual([after.host, after.protocol], [before.host, before.protocol]);
});

const sites = { videos: { hosts: ["videos.example", "Video.example"] }, tube: { hosts: ["m.videos.example"] } };

property("link: its site is one that is configured, or its host", [link], (text) => {
  const spelled = normalised(text);
  if (spelled === undefined) return;
  const site = siteOf(spelled, sites);
  assert.ok(Object.hasOwn(sites, site) || new URL(spelled).hostname.startsWith(site), site);
  assert.equal(siteOf(spelled, {}), new URL(spelled).hostname.replace(/\.$/, ""));
});
