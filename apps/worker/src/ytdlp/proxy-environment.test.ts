import assert from "node:assert/strict";
import { test } from "node:test";
import { proxyEnvironment } from "./proxy-environment.ts";

const egress = { url: "http://any", ipv4Url: "http://four", ipv6Url: "http://six" };
const proxyOf = (...given: Parameters<typeof proxyEnvironment>) => proxyEnvironment(...given)["https_proxy"];

test("proxy environment: a stage's own proxy comes before dwld's, and dwld's before none", () => {
  assert.equal(proxyOf({ proxy: "http://own" }, egress), "http://own");
  assert.equal(proxyOf({}, egress), "http://any");
  const relays = new Map([["http://own", "http://relay"]]);
  assert.equal(proxyOf({ proxy: "http://own" }, { ...egress, relays }), "http://relay", "as a namespace needs");
  assert.equal(proxyOf({ proxy: "" }, egress), "http://any", "no proxy is no way into the private network");
  assert.equal(proxyOf({ ipVersion: 4 }, egress), "http://four");
  assert.equal(proxyOf({ ipVersion: 6 }, egress), "http://six");
  assert.deepEqual(proxyEnvironment({ ipVersion: 6 }, undefined), {});
});

test("proxy environment: without IPv6 on this machine, no run bypasses dwld's proxy", () => {
  assert.equal(proxyOf({ ipVersion: 6 }, { ...egress, ipv6Url: undefined }), "http://any");
});
