import assert from "node:assert/strict";
import { fc, hostileText, property } from "@dwld/fuzz";
import { ConfigurationError } from "./configuration-error.ts";
import { parseConfiguration } from "./parse-configuration.ts";
import { isAddress, readPostgresUrl } from "./postgres-url.ts";

const around = fc.oneof(hostileText, fc.constantFrom("", "/", "?", "#", "@", ":", "%", ",", "[", "5/", "a@b:c"));

property(
  "PostgreSQL address: a password in it is refused, and never shown, whatever it holds",
  [around, around, around],
  (user, before, after) => {
    const url = `postgres://${user}:${before}geheim${after}@db/dwld`;
    try {
      parseConfiguration(JSON.stringify({ database: { url } }), { file: "/etc/dwld/dwld.yaml" });
      assert.fail("it was taken");
    } catch (error) {
      assert.ok(error instanceof ConfigurationError, String(error));
      assert.ok(!error.message.includes("geheim"), error.message);
    }
  },
);

property(
  "PostgreSQL address: one that is taken has a database and servers that can be connected to",
  [hostileText.map((text) => `postgres://${text}`)],
  (url) => {
    const read = readPostgresUrl(url);
    if (!isAddress(read)) return;
    assert.ok(read.database !== "" && read.servers.length > 0);
    for (const { host, port } of read.servers) assert.ok(host !== "" && port > 0 && port < 65_536, url);
  },
);
