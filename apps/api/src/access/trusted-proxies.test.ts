import assert from "node:assert/strict";
import { test } from "node:test";
import { TrustedProxies } from "./trusted-proxies.ts";

const proxies = new TrustedProxies(["127.0.0.1", "10.0.0.0/8", "2001:db8::/32"]);

function client(peer: string | undefined, forwardedFor?: string, protocol?: string, encrypted = false) {
  const headers = { "x-forwarded-for": forwardedFor, "x-forwarded-proto": protocol };
  const socket = { remoteAddress: peer, ...(encrypted ? { encrypted } : {}) };
  return proxies.clientOf({ socket, headers } as unknown as Parameters<TrustedProxies["clientOf"]>[0]);
}

test("trusted proxies: the client is the last address that no trusted proxy has", () => {
  for (const [peer, forwardedFor, address] of [
    // Nobody else is believed.
    ["192.0.2.1", "6.6.6.6", "192.0.2.1"],
    ["::ffff:192.0.2.1", "6.6.6.6", "::ffff:192.0.2.1"],
    [undefined, "6.6.6.6", undefined],
    ["127.0.0.1", undefined, "127.0.0.1"],
    ["127.0.0.1", "", "127.0.0.1"],
    ["127.0.0.1", "192.0.2.1", "192.0.2.1"],
    ["::ffff:127.0.0.1", "192.0.2.1", "192.0.2.1"],
    ["127.0.0.1", "6.6.6.6, 192.0.2.1", "192.0.2.1"],
    ["127.0.0.1", "6.6.6.6, 192.0.2.1,10.1.2.3", "192.0.2.1"],
    ["2001:db8::1", "2a00::1", "2a00::1"],
    // With a port, as some proxies write it.
    ["127.0.0.1", "192.0.2.1:5555", "192.0.2.1"],
    ["127.0.0.1", "[2a00::1]:99", "2a00::1"],
    // All of them are proxies: the first is the client.
    ["127.0.0.1", "10.0.0.9, 10.0.0.8", "10.0.0.9"],
    ["127.0.0.1", "garbage", "127.0.0.1"],
    ["127.0.0.1", "6.6.6.6, garbage", "127.0.0.1"],
    ["127.0.0.1", "6.6.6.6, garbage, 10.0.0.8", "10.0.0.8"],
    ["127.0.0.1", `${"6.6.6.6,".repeat(2000)}192.0.2.1`, "192.0.2.1"],
  ] as const)
    assert.equal(client(peer, forwardedFor).address, address, `${peer} ${String(forwardedFor).slice(0, 80)}`);
});

test("trusted proxies: the scheme is the connection's, or the word of a trusted proxy", () => {
  for (const [peer, protocol, encrypted, isSecure] of [
    ["192.0.2.1", undefined, false, false],
    ["192.0.2.1", "https", false, false],
    ["192.0.2.1", undefined, true, true],
    ["127.0.0.1", "https", false, true],
    ["127.0.0.1", "HTTPS", false, true],
    ["127.0.0.1", "https, http", false, false],
    ["127.0.0.1", "http", true, false],
    ["127.0.0.1", undefined, true, false],
  ] as const)
    assert.equal(client(peer, "192.0.2.1", protocol, encrypted).isSecure, isSecure, `${peer} ${protocol}`);
});
