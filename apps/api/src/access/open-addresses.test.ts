import assert from "node:assert/strict";
import { test } from "node:test";
import { refuseOpenAddresses } from "./open-addresses.ts";

const loopback = {
  listen: "127.0.0.1:1",
  http: "[::1]:2",
  plaintext: false,
  tokens: "auto",
  trustedProxies: [],
} as const;
const open = { ...loopback, http: "0.0.0.0:2" } as const;
const tls = { certificateFile: "c", keyFile: "k" };

type Case = [what: string, api: Parameters<typeof refuseOpenAddresses>[0], asks: boolean, refusal: RegExp | undefined];
const noToken = /^api\.http is 0\.0\.0\.0:2, which other machines reach, and no token was made yet.*"tokens: required"/;
const inTheClear = /^api\.http is 0\.0\.0\.0:2, .*in the clear: set api\.tls .*api\.trustedProxies.*"plaintext: true"/;
const cases: Case[] = [
  ["loopback needs nothing", loopback, false, undefined],
  [
    "localhost, and all of 127.0.0.0/8, are loopback",
    { ...loopback, listen: "localhost:1", http: "127.9.9.9:2" },
    false,
    undefined,
  ],
  ["every interface without a token", open, false, noToken],
  ["TLS alone is not enough", { ...open, tls }, false, noToken],
  ["a reverse proxy alone is not enough", { ...open, trustedProxies: ["10.0.0.1"] }, false, noToken],
  ["a token in the clear", open, true, inTheClear],
  ["a token and TLS", { ...open, tls }, true, undefined],
  ["a token and a reverse proxy", { ...open, trustedProxies: ["10.0.0.1"] }, true, undefined],
  ["a token in a VPN", { ...open, plaintext: true }, true, undefined],
  ["whoever says so may be open", { ...open, tokens: "off" }, false, undefined],
  ["a name may be of any machine", { ...loopback, listen: "nas:1" }, false, /^api\.listen is nas:1/],
  ["IPv6 of every interface", { ...loopback, listen: "[::]:1" }, false, /^api\.listen is \[::\]:1/],
];

for (const [what, api, asks, refusal] of cases)
  test(`open addresses: ${what}`, () => {
    if (refusal === undefined) refuseOpenAddresses(api, asks);
    else assert.throws(() => refuseOpenAddresses(api, asks), { code: "configuration", message: refusal });
  });
