import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { abuse } from "@dwld/fuzz/abuse";
import { serveApi, serveApiOverTls } from "../testing/served-api.ts";

/** Attacks that cost a server for as long as it reads them. */
const endless = /^a flood of (?!WINDOW)|^a (body|header|path) of|^100,000|endless extension|without an end/;

describe("abuse of the listeners", () => {
  let inClear: Awaited<ReturnType<typeof serveApi>>;
  let overTls: Awaited<ReturnType<typeof serveApi>>;
  before(async () => {
    inClear = await serveApi();
    overTls = await serveApiOverTls();
  });
  after(async () => {
    for (const api of [inClear, overTls]) {
      // A request of which the server reads no more is held for 30 s.
      api.kill();
      await api.close();
    }
  });

  for (const [listener, isTls] of [
    ["grpc", false],
    ["http", false],
    ["http", true],
  ] as const)
    it(`abuse: no attack on the listener ${listener}${isTls ? " over TLS" : ""} keeps it from the next call, fails inside, or may go on for ever`, async () => {
      const api = isTls ? overTls : inClear;
      const { host, port } = api.listeners[listener].address;
      // The end of what must end is waited for; a flood may have been sent before the server has read so much of it.
      const lingerMs = (attack: string) => (endless.test(attack) ? 5000 : 100);
      const blows = await Array.fromAsync(abuse({ host, port, isTls }, { seed: "14", lingerMs }));
      assert.ok(blows.length > 10);
      for (const { attack, ended, stalled, opened, failure } of blows) {
        assert.equal(failure, undefined, attack);
        if (endless.test(attack)) assert.equal(ended + stalled, opened, attack);
      }
      assert.deepEqual(
        api.logLines.filter((line) => !line.includes('"level":"info"')),
        [],
      );
    });
});
