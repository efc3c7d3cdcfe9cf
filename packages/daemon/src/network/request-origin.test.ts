import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ownHosts, refuseOrigin } from "./request-origin.ts";

const hosts = ownHosts(["nas.example", "Bücher.example"], "192.0.2.7");

describe("request origin", () => {
  const cases: readonly [
    host: string | undefined,
    origin: string | undefined,
    localAddress: string,
    passes: boolean,
  ][] = [
    ["localhost:8890", undefined, "127.0.0.1", true],
    ["LOCALHOST", undefined, "127.0.0.1", true],
    ["127.0.0.1:8890", undefined, "127.0.0.1", true],
    ["[::1]:8890", undefined, "::1", true],
    ["nas.example", undefined, "192.0.2.7", true],
    ["xn--bcher-kva.example", undefined, "192.0.2.7", true],
    ["192.0.2.7:8890", undefined, "127.0.0.1", true],
    ["198.51.100.3:8890", undefined, "198.51.100.3", true],
    ["198.51.100.3:8890", undefined, "::ffff:198.51.100.3", true],
    ["[2001:db8::1]:8890", undefined, "2001:db8:0:0::1", true],
    ["evil.example", undefined, "127.0.0.1", false],
    ["nas.example.evil.example", undefined, "127.0.0.1", false],
    ["198.51.100.4", undefined, "198.51.100.3", false],
    [undefined, undefined, "127.0.0.1", false],
    ["", undefined, "127.0.0.1", false],
    ["localhost@evil.example", undefined, "127.0.0.1", false],
    ["localhost:8890", "http://localhost:8890", "127.0.0.1", true],
    ["localhost:8890", "https://nas.example", "127.0.0.1", true],
    ["localhost:8890", "http://localhost:3000", "127.0.0.1", false],
    ["localhost:8890", "https://evil.example", "127.0.0.1", false],
    ["localhost:8890", "null", "127.0.0.1", false],
    ["localhost:8890", "chrome-extension://localhost:8890", "127.0.0.1", false],
  ];
  for (const [host, origin, localAddress, passes] of cases)
    it(`${passes ? "answers" : "refuses"} Host ${host ?? "absent"}${origin === undefined ? "" : `, Origin ${origin}`}`, () => {
      const refusal = refuseOrigin({ host, origin, localAddress }, hosts);
      assert.equal(refusal === undefined, passes, refusal);
    });

  it("a refusal says which name to configure", () => {
    assert.match(
      refuseOrigin({ host: "tv.example:1", origin: undefined, localAddress: undefined }, hosts) ?? "",
      /tv\.example.*api\.hosts/,
    );
  });
});
