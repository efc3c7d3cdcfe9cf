import assert from "node:assert/strict";
import { test } from "node:test";
import { normaliseLink, siteOf } from "./site-of.ts";

test("links: each has one spelling", () => {
  assert.equal(normaliseLink("HTTPS://Videos.Example:443/a/../b c?q#part"), "https://videos.example/b%20c?q#part");
  assert.equal(normaliseLink("http://bücher.example"), "http://xn--bcher-kva.example/");
});

test("links: a text that is no link to a page is refused", () => {
  for (const link of [
    "",
    "videos.example/1",
    "ftp://videos.example/1",
    "javascript:alert(1)",
    "https://",
    "file:///etc",
  ])
    assert.throws(() => normaliseLink(link), TypeError, link);
});

test("links: each belongs to the configured site of its host or of a domain above it, else to its own host", () => {
  const sites = { tube: { hosts: ["tube.example", "tu.example"] }, music: { hosts: ["music.tube.example"] } };
  const found = (link: string) => siteOf(link, sites);
  assert.equal(found("https://tube.example/1"), "tube");
  assert.equal(found("https://m.Tube.Example/1"), "tube");
  assert.equal(found("https://tu.example./1"), "tube", "the dot of the root changes nothing");
  assert.equal(found("https://eu.music.tube.example/1"), "music", "the more exact site has it");
  assert.equal(found("https://youtube.example/1"), "youtube.example", "an equal end of a name is no domain above it");
  assert.equal(found("https://videos.example:8443/1"), "videos.example");
  assert.equal(found("http://[::1]/"), "[::1]");
});
