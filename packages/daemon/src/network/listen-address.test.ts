import assert from "node:assert/strict";
import { test } from "node:test";
import { AddressError, formatAddress, parseAddress } from "./listen-address.ts";

test("listen address: is read and written back as it was", () => {
  for (const text of [
    "127.0.0.1:8888",
    "[::1]:80",
    "[fe80::1]:0",
    "nas.example:65535",
    "localhost:1",
    "my_cache:11211",
  ]) {
    assert.equal(formatAddress(parseAddress(text)), text);
  }
  assert.deepEqual(parseAddress("[::1]:80"), { host: "::1", port: 80 });
});

const refused: readonly [text: string, message: RegExp][] = [
  ["", /not an address; write host:port/],
  ["8888", /not an address/],
  ["localhost", /not an address/],
  [":8888", /names no host; write 0\.0\.0\.0:8888/],
  ["*:8888", /names no host; write 0\.0\.0\.0:8888/],
  ["localhost:", /no port number/],
  ["localhost:http", /no port number/],
  ["localhost:-1", /no port number/],
  ["localhost:0x50", /no port number/],
  ["localhost:8o", /no port number/],
  ["127.0.0.1:70000", /port 70000 does not exist; ports go from 0 to 65535/],
  ["::1", /no port, or its IPv6 host has no brackets/],
  ["::1:8888", /no port, or its IPv6 host has no brackets/],
  ["[localhost]:80", /\[localhost\] is not an IPv6 address/],
  ["[::1]", /not an address/],
  ["http://localhost:80", /not an address/],
  ["a b:80", /"a b" is not a host name/],
  ["1.2.3.400:80", /"1\.2\.3\.400" is not a host name/],
  ["1.2.3:80", /"1\.2\.3" is not a host name/],
  ["-a:80", /"-a" is not a host name/],
  [`${"a".repeat(300)}:80`, /is not a host name/],
  ["a\n:80", /is not a host name/],
];

for (const [text, message] of refused) {
  test(`listen address: ${JSON.stringify(text.slice(0, 30))} is refused with a remedy`, () => {
    assert.throws(
      () => parseAddress(text),
      (error) => error instanceof AddressError && error.code === "address" && message.test(error.message),
    );
  });
}
