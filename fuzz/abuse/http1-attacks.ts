import { gzipSync } from "node:zlib";
import { type Attack, type Attacks, each, flood } from "./attack.ts";
import { noise } from "./wire.ts";

const path = "/dwld.v1.DownloadService/AddTask";
const start = `POST ${path} HTTP/1.1\r\nhost: localhost\r\n`;
const json = `${start}content-type: application/json\r\n`;

function post(type: string, body: Buffer | string, headers = "", to = path): Buffer {
  const bytes = Buffer.from(body);
  const head = `POST ${to} HTTP/1.1\r\nhost: localhost\r\ncontent-type: ${type}\r\ncontent-length: ${bytes.length}\r\n${headers}\r\n`;
  return Buffer.concat([Buffer.from(head), bytes]);
}

const random: Attack = async (open, seed) => {
  for (let count = 0; count < 8; count += 1) {
    await open().send(noise(`${seed}${count}`, 2000));
    await open().send(post("application/proto", noise(`proto${seed}${count}`, 300)));
    await open().send(
      post("application/json", Buffer.concat([Buffer.from('{"link":"'), noise(`json${seed}${count}`, 99)])),
    );
    await open().send(post("application/connect+proto", noise(`connect${seed}${count}`, 300)));
    await open().send(post("application/grpc-web+proto", noise(`web${seed}${count}`, 300)));
  }
};

/** Connections that never finish what they began. */
const unfinished: Attack = async (open) => {
  for (let count = 0; count < 60; count += 1) {
    const wire = open();
    await wire.send(["", "P", start, `${json}content-length: 9\r\n\r\n{`][count % 4] ?? "");
  }
};

const nested = '{"options":'.repeat(5000);
const envelope = (flags: number, length: number) => {
  const head = Buffer.alloc(5);
  head.writeUInt8(flags);
  head.writeUInt32BE(length, 1);
  return head;
};
const watch = "/dwld.v1.DownloadService/WatchTasks";

export const http1Attacks: Attacks = {
  "random bytes": random,
  "connections that never finish": unfinished,
  "100,000 headers": flood(start, "a: b\r\n", 100_000),
  "a header of 5 MB": flood(`${start}a: `, "a".repeat(1000), 5000),
  "a path of 5 MB": flood("GET /", "a".repeat(1000), 5000),
  "a body of 50 MB": flood(`${json}content-length: 50000000\r\n\r\n"`, "a".repeat(50_000), 1000),
  "a body of 50 MB in chunks": flood(
    `${json}transfer-encoding: chunked\r\n\r\n`,
    `c350\r\n${"a".repeat(50_000)}\r\n`,
    1000,
  ),
  "an endless extension of a chunk": flood(`${json}transfer-encoding: chunked\r\n\r\n1;`, "a".repeat(1000), 5000),
  "20 MB in 20 kB": each(
    ...["content-encoding: gzip\r\n", "content-encoding: gzip, gzip\r\n"].map((headers) =>
      post("application/json", gzipSync(Buffer.alloc(20_000_000, 0x20)), headers),
    ),
  ),
  "lengths that are none": each(
    ...["-1", "1e3", "0x10", "99999999999999999999", "1\r\ncontent-length: 2", "", "1, 1"].map(
      (length) => `${json}content-length: ${length}\r\n\r\n{}`,
    ),
  ),
  "requests within requests": each(
    `${json}content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${start}\r\n`,
    `${json}transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
    `${json}transfer-encoding : chunked\r\n\r\n0\r\n\r\n`,
    `${json}transfer-encoding: chunked\r\n\r\n-1\r\n\r\n`,
    `${json}transfer-encoding: chunked\r\n\r\nffffffffffffffff\r\n{}`,
  ),
  "heads that are none": each(
    `POST ${path}\0 HTTP/1.1\r\nhost: localhost\r\n\r\n`,
    `${start}a: b\0c\r\n\r\n`,
    `${start}a: b\r\n folded\r\n\r\n`,
    `${start}a\r\n\r\n`,
    `${start.replaceAll("\r\n", "\n")}\n`,
    `POST ${path} HTTP/9.9\r\n\r\n`,
    `POST //evil.example${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`,
    `POST http://evil.example${path} HTTP/1.1\r\nhost: evil.example\r\n\r\n`,
    `POST /%zz/%00/../..${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`,
    `POST ${path} HTTP/1.1\r\nhost: [\r\n\r\n`,
    "CONNECT localhost:22 HTTP/1.1\r\nhost: localhost\r\n\r\n",
    "TRACE / HTTP/1.1\r\nhost: localhost\r\n\r\n",
  ),
  upgrades: each(
    "GET / HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-key: AAAA\r\n\r\n",
    "GET / HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABk\r\n\r\n",
    `${json}expect: 100-continue\r\ncontent-length: 5\r\n\r\n`,
    `${json}expect: the-unexpected\r\ncontent-length: 2\r\n\r\n{}`,
  ),
  "JSON that is hostile": each(
    post("application/json", nested),
    post("application/json", "[".repeat(60_000)),
    post("application/json", Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])),
    post("application/json", '{"__proto__":{"link":"https://a.example/"},"constructor":1}'),
    post("application/json", `{"targetQuality":${"9".repeat(60_000)}}`),
    post("application/json", '{"startAfter":"9999-99-99T99:99:99Z","link":7,"options":null}'),
  ),
  "messages whose length lies": each(
    ...[0, 1, 2, 3, 0x80, 0xff].flatMap((flags) =>
      [0, 1, 0x7fffffff, 0xffffffff].map((length) =>
        post("application/connect+json", Buffer.concat([envelope(flags, length), Buffer.from("{}")]), "", watch),
      ),
    ),
  ),
  "headers of the protocols that make no sense": each(
    ...[
      "connect-timeout-ms: -1",
      "connect-timeout-ms: 1e99",
      "connect-protocol-version: 9",
      "grpc-timeout: 99999999999H",
    ].map((header) => post("application/json", "{}", `${header}\r\n`)),
    post("application/proto", "", "content-encoding: nothing\r\n"),
    post("application/x", "{}"),
    post("application/json; charset=utf-16", "{}"),
  ),
  "1,000 requests at once, unread": async (open) => {
    const wire = open();
    wire.deafen();
    await wire.send(Buffer.concat(Array.from({ length: 1000 }, () => post("application/json", "{}"))));
  },
};
