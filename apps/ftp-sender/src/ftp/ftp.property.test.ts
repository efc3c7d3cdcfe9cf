import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { Readable, Writable } from "node:stream";
import { after, before } from "node:test";
import { fc, hostileText, property } from "@dwld/fuzz";
import { DestinationError, type Session } from "@dwld/delivery";
import { cut, type FtpAnswer, type ScriptedFtpServer, startScriptedFtp } from "@dwld/testbed";
import { hasControls, hasHidden } from "@dwld/text";
import { destinationOf, inSession } from "../testing/ftp-servers.ts";
import { parseFeatures } from "./features.ts";
import { readHash } from "./hash-reply.ts";

property("FTP features: whatever a server announces, they are read without trust", [hostileText], (text) => {
  const features = parseFeatures(`211-Features\n HASH ${text}\n ${text}\n211 End`);
  for (const { command } of features.hashes) assert.match(command, /^(HASH|MD5|X(SHA256|SHA1?|MD5|CRC))$/);
  for (const { name } of features.hashes) assert.match(name ?? "", /^[\w-]*$/);
});

const algorithm = fc.constantFrom("sha256" as const, "sha1" as const, "md5" as const, "crc32" as const);

property("FTP hash: whatever a server replies, it is none or hexadecimal", [hostileText, algorithm], (text, name) => {
  const digits = { sha256: 64, sha1: 40, md5: 32, crc32: 8 }[name];
  for (const reply of [text, `213 ${text} ${"0a".repeat(digits / 2)}`, `250 ${text}12345 abcdef0`])
    assert.match(readHash(reply, name, "/videos/a") ?? "", new RegExp(`^([\\da-f]{${digits}})?$`));
});

const idleTimeoutMs = 150;
const path = "/videos/a b.part";
let server: ScriptedFtpServer;
before(async () => {
  server = await startScriptedFtp();
});
after(() => server[Symbol.asyncDispose]());

const sink = () => new Writable({ write: (_chunk, _encoding, done) => done() });
const uses: Record<string, (session: Session) => Promise<unknown>> = {
  folder: (session) => session.ensureFolder("/videos/b"),
  size: (session) => session.size(path),
  hash: (session) => session.hash(path, 10),
  put: (session) => session.put(path, Readable.from([Buffer.alloc(1000)])),
  resume: (session) => session.put(path, Readable.from([Buffer.alloc(10)]), 10),
  read: (session) => session.read(path, sink()),
  rename: (session) => session.rename(path, "/videos/c.mp4"),
  remove: (session) => session.remove(path),
};

const code = fc.oneof(
  fc.constantFrom(
    "150",
    "200",
    "211",
    "213",
    "220",
    "226",
    "227",
    "229",
    "250",
    "257",
    "331",
    "350",
    "421",
    "500",
    "550",
  ),
  fc.integer({ min: -600, max: 9999 }).map(String),
  fc.constantFrom("", "-1", "0", "999999999999", "2 ", "22"),
);
const words = fc.oneof(
  hostileText,
  fc.constantFrom(
    ...[
      "(|||99999|)",
      "(|||-1|)",
      "(||||)",
      "(|1|10.0.0.1|21|)",
      "10,0,0,1,0,21",
      "(255,255,255,255,255,255)",
      "(1,2)",
    ],
    ...["-1", "1e9", "9".repeat(30), "0x10", " ", '"', '""', "size=-1;type=file; /a", "type=dir; /a", "size=;; x"],
    "x".repeat(70_000),
  ),
);
const reply: fc.Arbitrary<FtpAnswer> = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(code, fc.constantFrom(" ", "-", ""), words).map((parts) => parts.join("")) },
  {
    weight: 4,
    arbitrary: fc.tuple(code, words, code).map(([first, text, last]) => `${first}-${text}\r\n ${text}\r\n${last} End`),
  },
  { weight: 1, arbitrary: fc.constant(cut) },
);
const commands = [
  ...["", "USER", "PASS", "FEAT", "TYPE", "PWD", "OPTS", "CWD", "MKD", "EPSV", "PASV", "STOR", "APPE", "REST", "RETR"],
  ...["SIZE", "MLST", "MLSD", "LIST", "HASH", "XSHA256", "RNFR", "RNTO", "DELE"],
];
const replies = fc.dictionary(fc.constantFrom(...commands), reply, { minKeys: 1, maxKeys: 3 });

/** The commands that change something at the server. */
const changes = /^(?:STOR|APPE|DELE|RNFR|RNTO|MKD|RMD|SITE) ?/;

property(
  "FTP session: whatever a server replies, each use of it ends, at once or by its time-out, in a result or one clear sentence, and touches no other file",
  [replies, fc.constantFrom(...Object.keys(uses)), fc.boolean()],
  async (answers, name, inPieces) => {
    server.script = { inPieces, onCommand: (command) => answers[command.split(" ")[0] ?? ""] };
    server.commands.length = 0;
    using destination = destinationOf(server, { idleTimeoutMs });
    const started = Date.now();
    try {
      await inSession(destination, (session) => uses[name]?.(session) ?? assert.fail());
    } catch (error) {
      assert.ok(error instanceof DestinationError, error instanceof Error ? error.stack : String(error));
      assert.ok(error.message !== "" && !hasControls(error.message) && !hasHidden(error.message), error.message);
      assert.ok(error.message.length < 2000);
    }
    assert.ok(Date.now() - started < 20_000, "it ended in time");
    for (const command of server.commands.filter((each) => changes.test(each)))
      assert.match(command, /^[A-Z]+ (?:\/videos\/)?(?:a b\.part|b|c\.mp4|\/?videos)$/);
  },
  { runs: 30 },
);

/** Answers of a server at the beginning and after each command: bytes, most of them behind or before a line of FTP. */
const line = fc.constantFrom(
  "220 ready\r\n",
  "230 in\r\n",
  "200 ok\r\n",
  "213 10\r\n",
  "229 (|||1|)\r\n",
  "\r\n",
  "220-",
  "",
);
const rawBytes = fc
  .tuple(line, fc.uint8Array({ maxLength: 60 }), line)
  .map(([head, bytes, tail]) => Buffer.concat([Buffer.from(head), bytes, Buffer.from(tail)]));

property(
  "FTP session: whatever bytes a server sends, no lines at all among them, each use ends in a result or one clear sentence",
  [fc.array(rawBytes, { minLength: 1, maxLength: 8 }), fc.constantFrom(...Object.keys(uses))],
  async (answers, name) => {
    const listener = createServer((socket) => {
      let next = 0;
      const answer = () => socket.write(answers[next++ % answers.length] ?? "");
      socket.on("error", () => undefined).on("data", answer);
      answer();
    });
    listener.listen(0, "127.0.0.1");
    await once(listener, "listening");
    const { port } = listener.address() as AddressInfo;
    using destination = destinationOf({ host: "127.0.0.1", port, user: "u", password: "p" }, { idleTimeoutMs });
    try {
      await inSession(destination, (session) => uses[name]?.(session) ?? assert.fail());
    } catch (error) {
      assert.ok(error instanceof DestinationError, error instanceof Error ? error.stack : String(error));
      assert.ok(error.message !== "" && !hasControls(error.message) && !hasHidden(error.message), error.message);
      assert.ok(error.message.length < 2000);
    } finally {
      listener.close();
    }
  },
  { runs: 25 },
);
