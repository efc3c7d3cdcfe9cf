import assert from "node:assert/strict";
import { isIPv6 } from "node:net";
import { fc, hostileText, property } from "@dwld/fuzz";
import { withoutBrackets } from "./host.ts";

property(
  "hosts: an IPv6 address from a URL becomes what a socket takes, and stays the same address",
  [fc.ipV6()],
  (address) => {
    const { hostname } = new URL(`http://[${address}]:80/`);
    const host = withoutBrackets(hostname);
    assert.ok(isIPv6(host), host);
    assert.equal(new URL(`http://[${host}]/`).hostname, hostname);
  },
);

property("hosts: a name and an IPv4 address stay as they are", [fc.oneof(fc.domain(), fc.ipV4())], (host) => {
  assert.equal(withoutBrackets(host), host);
});

property("hosts: nothing but one pair of brackets around the whole is taken away", [hostileText], (text) => {
  assert.equal(withoutBrackets(`[${text}]`), text);
  const host = withoutBrackets(text);
  assert.ok(host === text || `[${host}]` === text, JSON.stringify(text));
});
