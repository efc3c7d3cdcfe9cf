import assert from "node:assert/strict";
import { after, before } from "node:test";
import { fc, hostileText, property, splitAnywhere } from "@dwld/fuzz";
import { type EgressProxy, startEgressProxy } from "./egress-proxy.ts";
import { askRaw, type RawSite, startRawSite } from "./testing/raw-site.ts";

let site: RawSite;
let proxy: EgressProxy;

before(async () => {
  site = await startRawSite();
  // Loopback stands for the internet here: the judge is handed in.
  proxy = await startEgressProxy(() => undefined);
});
after(async () => {
  await proxy.close();
  await site[Symbol.asyncDispose]();
});

/** Text as a line of HTTP may hold it, more often than not. */
const lineText = fc.oneof(
  fc.constantFrom("", "OK", "close", "upgrade", "chunked", "gzip", "0", "2", "9".repeat(30), "x, y"),
  fc.string({ unit: "binary-ascii", maxLength: 5 }),
  hostileText.map((text) => Buffer.from(text).toString("latin1")),
  hostileText.map((text) => Buffer.from(text.replaceAll(/[\r\n]/g, "")).toString("latin1")),
);
const headerName = fc.oneof(
  fc.constantFrom("Connection", "Upgrade", "Trailer", "Transfer-Encoding", "Content-Length", "Keep-Alive", "TE"),
  fc.constantFrom("Expect", "Host", "Set-Cookie", "Content-Disposition", "Date", "__proto__", "constructor", "X"),
  lineText,
);
const header = fc.tuple(headerName, lineText).map(([name, value]) => `${name}: ${value}`);
const headers = fc.array(header, { maxLength: 4 });
const status = fc.oneof(
  fc.constantFrom("000", "099", "100", "101", "102", "200", "204", "205", "206", "302", "304", "407", "999"),
  lineText,
);
const body = fc.oneof(fc.constantFrom("", "hi", "2\r\nhi\r\n0\r\n\r\n", "0\r\nX: y\r\n\r\n", "zz\r\n"), lineText);
const reply = fc
  .tuple(fc.constantFrom("HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "ICY"), status, lineText, headers, body)
  .map(([version, code, reason, lines, rest]) => [`${version} ${code} ${reason}`, ...lines, "", rest].join("\r\n"));

/** A status line of the site or of the proxy, or an end without one. */
const anAnswer = /^(?:HTTP\/1\.1 [1-9]\d\d |$)/;

async function assertServes(): Promise<void> {
  site.answerWith("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nserved");
  assert.match(await askRaw(proxy, `GET http://127.0.0.1:${site.port}/ HTTP/1.1`), /^HTTP\/1\.1 200 OK\r\n[^]*served$/);
}

property(
  "egress proxy: whatever a site sends, the program has an answer or an end, and the next request is served",
  [
    fc.array(reply, { minLength: 1, maxLength: 3 }),
    fc.array(fc.nat(), { maxLength: 3 }),
    fc.constantFrom("GET", "HEAD"),
  ],
  async (replies, places, method) => {
    site.answerWith(...splitAnywhere(Buffer.from(replies.join(""), "latin1"), places));
    assert.match(await askRaw(proxy, `${method} http://127.0.0.1:${site.port}/ HTTP/1.1`), anAnswer);
    await assertServes();
  },
  {
    examples: [
      [["HTTP/1.1 000 \r\n\r\n"], [0], "GET"],
      [["HTTP/1.1 204 \r\nTrailer: x\r\n\r\n"], [0], "GET"],
    ],
  },
);

property(
  "egress proxy: whatever a program asks, it has an answer or an end, and the next request is served",
  [fc.constantFrom("GET", "HEAD", "POST", "CONNECT", "PUT"), lineText, headers, body],
  async (method, path, lines, sent) => {
    site.answerWith("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
    const target = `127.0.0.1:${site.port}`;
    const url = method === "CONNECT" ? target : `http://${target}/`;
    assert.match(await askRaw(proxy, `${method} ${url}${path} HTTP/1.1`, ...lines, "", sent), anAnswer);
    await assertServes();
  },
  { examples: [["GET", "", ["Trailer: x"], ""]] },
);
