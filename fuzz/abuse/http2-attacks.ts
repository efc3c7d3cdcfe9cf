import { type Attack, type Attacks, each, flood } from "./attack.ts";
import { noise } from "./wire.ts";

const frameTypes = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  push: 5,
  ping: 6,
  goaway: 7,
  window: 8,
  more: 9,
};
const endStream = 1;
const endHeaders = 4;

/** RFC 9113, section 4.1. */
function frame(
  type: keyof typeof frameTypes | number,
  flags: number,
  stream: number,
  payload: Buffer = Buffer.alloc(0),
): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(typeof type === "number" ? type : frameTypes[type], 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** RFC 7541: literal fields without indexing and without Huffman's code; texts of at most 126 bytes. */
function fields(pairs: readonly (readonly [string, string])[]): Buffer {
  const text = (value: string) => Buffer.concat([Buffer.of(Buffer.byteLength(value)), Buffer.from(value)]);
  return Buffer.concat(pairs.flatMap(([name, value]) => [Buffer.of(0), text(name), text(value)]));
}

function setting(id: number, value: number): Buffer {
  return Buffer.concat([Buffer.of(0, id), number(value)]);
}

const preface = Buffer.concat([Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), frame("settings", 0, 0)]);
const after = (...frames: Buffer[]) => Buffer.concat([preface, ...frames]);

function call(path: string, more: readonly (readonly [string, string])[] = []): Buffer {
  return fields([
    [":method", "POST"],
    [":scheme", "http"],
    [":path", path],
    [":authority", "localhost"],
    ["content-type", "application/grpc"],
    ["te", "trailers"],
    ...more,
  ]);
}
const addTask = call("/dwld.v1.DownloadService/AddTask");
const watchTasks = call("/dwld.v1.DownloadService/WatchTasks");

/** Frames of all kinds, flags and streams, in random order with random contents. */
const random: Attack = async (open, seed) => {
  for (let count = 0; count < 10; count += 1) {
    const bytes = noise(`${seed}${count}`, 4000);
    const frames = Array.from({ length: 40 }, (_, index) => {
      const at = index * 4;
      const payload = bytes.subarray(200 + at * 8, 200 + at * 8 + ((bytes[at] ?? 0) % 40));
      return frame((bytes[at + 1] ?? 0) % 12, bytes[at + 2] ?? 0, (bytes[at + 3] ?? 0) % 8, payload);
    });
    await open().send(after(...frames));
    await open().send(noise(`bare${seed}${count}`, 1000));
  }
};

/** HEADERS and RST_STREAM in turn: CVE-2023-44487. */
const rapidReset: Attack = async (open) => {
  const wire = open();
  await wire.send(preface);
  for (let stream = 1; stream < 4000; stream += 200) {
    const frames = Array.from({ length: 100 }, (_, index) => [
      frame("headers", endHeaders, stream + 2 * index, addTask),
      frame("reset", 0, stream + 2 * index, number(8)),
    ]);
    if (!(await wire.send(Buffer.concat(frames.flat())))) return;
  }
};

/** Many streams of which nothing is read. */
const unread: Attack = async (open) => {
  const wire = open();
  wire.deafen();
  const streams = Array.from({ length: 400 }, (_, index) => [
    frame("headers", endHeaders, 2 * index + 1, watchTasks),
    frame("data", endStream, 2 * index + 1, Buffer.alloc(5)),
  ]);
  await wire.send(after(frame("settings", 0, 0, setting(4, 0)), ...streams.flat()));
};

const unfinished: Attack = async (open) => {
  for (let count = 0; count < 60; count += 1)
    await open().send(
      [Buffer.alloc(0), preface.subarray(0, 10), after(frame("headers", endHeaders, 1, addTask))][count % 3] ?? "",
    );
};

function message(flags: number, length: number, bytes: Buffer = Buffer.alloc(0)): Buffer {
  return frame("data", endStream, 1, Buffer.concat([Buffer.of(flags), number(length), bytes]));
}
const called = (...frames: Buffer[]) => after(frame("headers", endHeaders, 1, addTask), ...frames);

export const http2Attacks: Attacks = {
  "random frames": random,
  "rapid reset": rapidReset,
  "400 streams that nobody reads": unread,
  "connections that never finish": unfinished,
  "a flood of SETTINGS": flood(preface, frame("settings", 0, 0, setting(3, 100)), 30_000),
  "a flood of PING": flood(preface, frame("ping", 0, 0, Buffer.alloc(8)), 30_000),
  "a flood of empty DATA": flood(called(), frame("data", 0, 1), 30_000),
  "a flood of PRIORITY": flood(preface, frame("priority", 0, 1, Buffer.concat([number(3), Buffer.of(7)])), 30_000),
  "a flood of WINDOW_UPDATE": flood(called(), frame("window", 0, 1, number(1)), 30_000),
  "a flood of RST_STREAM": flood(called(), frame("reset", 0, 1, number(0)), 30_000),
  "headers without an end": flood(
    after(frame("headers", 0, 1, addTask)),
    frame("more", 0, 1, fields(Array.from({ length: 50 }, (_, index) => [`a${index}`, "b".repeat(100)]))),
    3000,
  ),
  "a body of 50 MB": flood(
    called(message(0, 50_000_000).subarray(0, -1)),
    frame("data", 0, 1, Buffer.alloc(16_000)),
    3000,
  ),
  "messages whose length lies": each(
    ...[0, 1, 2, 0x80].flatMap((flags) => [1, 0x7fffffff, 0xffffffff].map((length) => called(message(flags, length)))),
    called(message(1, 3, Buffer.from("abc"))),
    called(frame("data", endStream, 1, Buffer.from([0, 0]))),
    called(frame("data", endStream, 1)),
  ),
  "fields that are none": each(
    ...[
      [[":path", "/twice"]],
      [["UPPER", "case"]],
      [["connection", "close"]],
      [["a", "b\0c\r\nd: e"]],
      [["grpc-timeout", "-1X"]],
      [["grpc-timeout", "99999999999H"]],
      [["grpc-encoding", "nothing"]],
      [["content-length", "-1"]],
      [["", ""]],
    ].map((more) =>
      after(
        frame("headers", endHeaders, 1, Buffer.concat([addTask, fields(more as [string, string][])])),
        message(0, 0),
      ),
    ),
    after(frame("headers", endHeaders | endStream, 1, fields([[":method", "POST"]]))),
    after(frame("headers", endHeaders, 1, Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]))),
    after(frame("headers", endHeaders, 1, Buffer.from([0x3f, 0xe1, 0xff, 0xff, 0xff, 0x0f]))),
    after(frame("headers", endHeaders, 1, Buffer.from([0x80]))),
  ),
  "frames out of place": each(
    after(frame("headers", endHeaders, 2, addTask)),
    after(frame("headers", endHeaders, 0, addTask)),
    after(frame("data", 0, 1, Buffer.alloc(10))),
    after(frame("more", endHeaders, 1)),
    after(frame("push", endHeaders, 1, number(2))),
    after(frame("window", 0, 0, number(0))),
    after(frame("window", 0, 0, number(0x7fffffff)), frame("window", 0, 0, number(0x7fffffff))),
    after(frame("settings", 0, 0, setting(4, 0xffffffff))),
    after(frame("settings", 0, 0, setting(5, 1))),
    after(frame("settings", 1, 0, Buffer.alloc(6))),
    after(frame("settings", 0, 1)),
    after(frame("ping", 0, 0, Buffer.alloc(7))),
    after(frame("goaway", 0, 0, Buffer.concat([number(0), number(0)])), frame("headers", endHeaders, 1, addTask)),
    called(frame("headers", endHeaders, 1, addTask)),
    Buffer.concat([preface, Buffer.from([0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 1])]),
    Buffer.from("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n"),
    Buffer.from("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n"),
  ),
};
