import assert from "node:assert/strict";
import { hash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFile, truncate, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { Readable } from "node:stream";
import { test } from "node:test";
import { cut, type FtpScript, silence, startScriptedFtp } from "@dwld/testbed";
import type { Session } from "@dwld/delivery";
import { answering, destinationOf, failureOf, inSession, upload } from "../testing/ftp-servers.ts";

const bytes = randomBytes(3_000_000);
const path = "/videos/a b.part";

const put = (session: Session) => session.put(path, Readable.from([bytes]));
const size = (session: Session) => session.size(path);
const soon = { idleTimeoutMs: 300 };

test("FTP faults: replies that arrive byte by byte are understood", async () => {
  await using server = await startScriptedFtp({ inPieces: true });
  using destination = destinationOf(server);
  assert.equal(await upload(destination, path, bytes), bytes.length);
  await inSession(destination, async (session) => {
    assert.equal(await session.hash(path, bytes.length), hash("sha256", bytes));
    await session.rename(path, "/videos/кино.mp4");
  });
  assert.deepEqual(await readFile(join(server.root, "кино.mp4")), bytes);
});

const working: {
  what: string;
  script: FtpScript;
  use: (session: Session) => Promise<unknown>;
  kind: string;
  words: RegExp;
  advice?: RegExp;
}[] = [
  {
    what: "a connection that is cut in the middle",
    script: { upload: { atByte: 1_000_000, comes: cut } },
    use: put,
    kind: "connection",
    words: /broke|no data connection/,
  },
  {
    what: "a disk that is full in the middle",
    script: { upload: { atByte: 1_000_000, comes: "452 Insufficient storage." } },
    use: put,
    kind: "no_space",
    words: /no space left .*452/,
  },
  {
    what: "a full disk that is told a moment after the data connection was reset",
    script: { upload: { atByte: 1_000_000, comes: "452 Insufficient storage.", afterMs: 300 } },
    use: (session) => session.put(path, endless()),
    kind: "no_space",
    words: /452/,
  },
  {
    what: "a quota that is full in the middle",
    script: { upload: { atByte: 1_000_000, comes: "552 Over quota." } },
    use: put,
    kind: "no_space",
    words: /552/,
  },
  {
    what: "a disk that is full from the start",
    script: { upload: { atByte: 0, comes: "452 Full." } },
    use: put,
    kind: "no_space",
    words: /452/,
  },
  {
    what: "421 in the middle",
    script: { upload: { atByte: 1_000_000, comes: "421 Shutting down." } },
    use: put,
    kind: "connection",
    words: /421/,
  },
  {
    what: "a server that stops reading",
    script: { upload: { atByte: 10, comes: silence } },
    use: (session) => session.put(path, endless()),
    kind: "stalled",
    words: /stopped in the middle/,
  },
  {
    what: "an upload that is never confirmed",
    script: { upload: { atByte: bytes.length, comes: silence } },
    use: put,
    kind: "stalled",
    words: /does not answer|stopped/,
  },
  {
    what: "an upload that is never begun",
    script: { onCommand: answering("STOR", silence) },
    use: put,
    kind: "stalled",
    words: /does not answer/,
  },
  {
    what: "neither EPSV nor PASV",
    script: { onCommand: (command) => (/^(EPSV|PASV)/.test(command) ? "502 No." : undefined) },
    use: put,
    kind: "unknown",
    words: /502 No/,
  },
  {
    what: "passive ports that nobody can reach",
    script: { onCommand: async (command) => (/^(EPSV|PASV)/.test(command) ? await closedPort(command) : undefined) },
    use: put,
    kind: "connection",
    words: /no data connection/,
    advice: /passive ports/,
  },
  {
    what: "425 for a data connection",
    script: { onCommand: answering("STOR", "425 Can't open data connection.") },
    use: put,
    kind: "connection",
    words: /no data connection/,
    advice: /passive ports/,
  },
  {
    what: "a rename that is refused",
    script: { onCommand: answering("RNTO", "550 No.") },
    use: async (session) => (await put(session), await session.rename(path, "/videos/b")),
    kind: "name_refused",
    words: /does not accept the name \/videos\/b/,
  },
  {
    what: "a rename that is answered as something else",
    script: { onCommand: answering("RNFR", "213 5") },
    use: (session) => session.rename(path, "/videos/b"),
    kind: "unknown",
    words: /213 5/,
  },
  {
    what: "a size that is answered as something else",
    script: { onCommand: answering("SIZE", "226 Got it.") },
    use: size,
    kind: "unknown",
    words: /226 Got it/,
  },
  {
    what: "an answer of 10 MB",
    script: { onCommand: answering("SIZE", `${"213-x\r\n".repeat(1_500_000)}213 5`) },
    use: size,
    kind: "connection",
    words: /answer/,
  },
  {
    what: "REST that is obeyed and ignored",
    script: { ignoresRest: true },
    use: async (session) => (
      await put(session),
      await session.put(path, Readable.from([bytes.subarray(0, 10)]), bytes.length)
    ),
    kind: "cannot_resume",
    words: /has 10 bytes afterwards instead of 3000010/,
  },
  {
    what: "a name with the end of a line in it",
    script: {},
    use: (session) => session.put("/videos/a\r\nDELE b", Readable.from([bytes])),
    kind: "name_refused",
    words: /does not accept the name/,
  },
];

for (const { what, script, use, kind, words, advice = /./ } of working)
  test(`FTP faults: ${what} is "${kind}", and the message says so`, async () => {
    // The others end before any time-out, however busy the machine is.
    const error = await failureOf(script, use, kind === "stalled" ? soon : {});
    assert.deepEqual([error.kind, error.phase], [kind, "work"], error.message);
    assert.match(error.message, words);
    assert.match(error.advice, advice);
    assert.ok(error.message.length < 500);
  });

test("FTP faults: a server's control characters reach no terminal", async () => {
  const evil = "550-\u001B[2J\u001B]0;owned\u0007\r\n550 \u009B31m\u202Egone\u0000";
  const error = await failureOf({ onCommand: answering("STOR", evil) }, put);
  const told = `${error.message} ${String((error.cause as Error).stack)}`.replaceAll("\n", " ");
  assert.doesNotMatch(told, /[\p{Cc}\p{Cf}]/u);
  assert.match(error.message, /gone/);
});

test("FTP faults: a session is not used again after 421, or after one reply too many", async () => {
  for (const answer of ["421 Bye.", "226 Got it."]) {
    await using server = await startScriptedFtp();
    using destination = destinationOf(server);
    await upload(destination, path, bytes);
    server.script = { onCommand: answering("SIZE", answer) };
    await assert.rejects(inSession(destination, size));
    server.script = {};
    assert.equal(await inSession(destination, size), bytes.length);
    assert.equal(server.commands.filter((command) => command.startsWith("USER")).length, 2);
  }
});

test("FTP faults: a server that ignored a restart is not asked for one again", async () => {
  await using server = await startScriptedFtp({ ignoresRest: true });
  using destination = destinationOf(server);
  await upload(destination, path, bytes);
  const goOn = () =>
    inSession(destination, (session) => session.put(path, Readable.from([bytes.subarray(0, 10)]), bytes.length));
  await assert.rejects(goOn(), { kind: "cannot_resume" });
  await inSession(destination, async (session) => {
    assert.equal(session.resumes, false);
  });
  const asked = server.commands.length;
  await assert.rejects(goOn(), { kind: "cannot_resume" });
  assert.ok(!server.commands.slice(asked).some((command) => /^(REST|STOR|APPE)/.test(command)));
});

test("FTP faults: a negative size, of a server that counts in 32 bits, is asked for in another way", async () => {
  await using server = await startScriptedFtp({ onCommand: answering("SIZE", "213 -1294967296") });
  using destination = destinationOf(server);
  await writeFile(join(server.root, "large"), "");
  await truncate(join(server.root, "large"), 5_000_000_000);
  assert.equal(await inSession(destination, (session) => session.size("/videos/large")), 5_000_000_000);
});

test("FTP faults: a folder that cannot be looked into now has no free names", async () => {
  const refusals: Record<string, string> = { FEAT: "502 No.", SIZE: "502 No.", CWD: "450 The disk is away." };
  await using server = await startScriptedFtp({ onCommand: (command) => refusals[command.split(" ")[0] ?? ""] });
  using destination = destinationOf(server);
  await writeFile(join(server.root, "a"), "x");
  await assert.rejects(
    inSession(destination, (session) => session.size("/videos/a")),
    { message: /disk is away/ },
  );
  refusals["CWD"] = "550 No such folder.";
  assert.equal(await inSession(destination, (session) => session.size("/videos/a")), undefined);
});

test("FTP faults: the time-out of a hash grows with the file", async () => {
  const answered = Promise.withResolvers<undefined>();
  await using server = await startScriptedFtp({
    onCommand: (command) => (command.startsWith("HASH") ? answered.promise : undefined),
  });
  using destination = destinationOf(server, soon);
  // 12 s at least.
  await writeFile(join(server.root, "large"), "");
  await truncate(join(server.root, "large"), 50_000_000);
  const asking = inSession(destination, (session) => session.hash("/videos/large", 50_000_000));
  setTimeout(answered.resolve, 1000, undefined);
  assert.equal(await asking, hash("sha256", await readFile(join(server.root, "large"))));
});

test("FTP faults: a server whose hash never comes is not asked for one again", async () => {
  await using server = await startScriptedFtp({ onCommand: answering("HASH", silence) });
  using destination = destinationOf(server, soon);
  await upload(destination, path, "x");
  await assert.rejects(
    inSession(destination, (session) => session.hash(path, bytes.length)),
    { kind: "stalled" },
  );
  await inSession(destination, async (session) => {
    assert.equal(session.hashAlgorithm, undefined);
  });
});

function endless(): Readable {
  return new Readable({
    read() {
      this.push(Buffer.alloc(65_536));
    },
  });
}

async function closedPort(command: string): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return command === "EPSV" ? `229 (|||${port}|)` : `227 (127,0,0,1,${Math.floor(port / 256)},${port % 256})`;
}
