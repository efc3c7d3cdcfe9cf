import assert from "node:assert/strict";
import { once } from "node:events";
import { readdirSync, readlinkSync, truncateSync, writeFileSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { type ClientHttp2Session, connect, constants, type IncomingHttpHeaders } from "node:http2";
import { request } from "node:https";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { createClient } from "@connectrpc/connect";
import { AccessService, Role } from "@dwld/rpc";
import { eventually } from "@dwld/testbed";
import { serveApiOverTls, testLimits } from "../../testing/served-api.ts";
import { onSocket, taskWith } from "../testing/task-with-files.ts";

describe("access to files of tasks", () => {
  let api: Awaited<ReturnType<typeof serveApiOverTls>>;
  const tokens: Record<string, string> = {};
  const tasks = { ann: "", bob: "", large: "" };
  const largeBytes = 1024 * 1024 * 1024;
  before(async () => {
    api = await serveApiOverTls();
    writeFileSync(join(api.folder, "v.mp4"), "a video");
    // Without blocks on the disk.
    writeFileSync(join(api.folder, "large.mp4"), "");
    truncateSync(join(api.folder, "large.mp4"), largeBytes);
    for (const chatId of ["ann", "bob"] as const) tasks[chatId] = await taskWith(api, ["v.mp4"], 7, { chatId });
    tasks.large = await taskWith(api, ["large.mp4"], largeBytes, { chatId: "ann" });
    const admin = createClient(AccessService, onSocket(api));
    for (const [name, given] of Object.entries({
      ann: { role: Role.USER, chatIds: ["ann"] },
      viewer: { role: Role.VIEWER, chatIds: ["ann"] },
      all: { role: Role.VIEWER },
      revoked: { role: Role.ADMIN },
    })) {
      const { secret } = await admin.createToken({ name, ...given });
      tokens[name] = secret;
    }
  });
  after(() => api.close());

  const bearer = (name: string) => ({ authorization: `Bearer ${tokens[name] ?? ""}` });

  function open(path: string, headers: Record<string, string>, method = "GET", body = "") {
    const sent = request(`${api.httpUrl}${path}`, {
      ...{ method, ca: api.ca, agent: false, servername: "localhost" },
      headers: { host: "localhost", ...headers },
    });
    sent.end(body);
    return sent;
  }

  async function ask(path: string, headers: Record<string, string> = {}) {
    const [response] = (await once(open(path, headers), "response")) as [IncomingMessage];
    return { status: response.statusCode, headers: response.headers, body: (await buffer(response)).toString() };
  }

  it("file: a token gets those of its chats; others do not exist for it, and without a token nobody gets any", async () => {
    for (const path of [`/tasks/${tasks.ann}/files/1`, `/tasks/${tasks.ann}/thumbnail`]) {
      for (const name of ["ann", "viewer", "all"]) assert.equal((await ask(path, bearer(name))).status, 200, name);
      const without = await ask(path);
      assert.deepEqual([without.status, without.headers["www-authenticate"]], [401, "Bearer"]);
      assert.match(without.body, /^this server asks for a token/);
      assert.equal((await ask(path, { authorization: "Bearer dwld_wrong" })).status, 401);
    }
    const missing = "01900000-0000-7000-8000-000000000000";
    for (const part of ["files/1", "thumbnail"]) {
      assert.equal((await ask(`/tasks/${tasks.bob}/${part}`, bearer("all"))).status, 200);
      const [others, none] = [
        await ask(`/tasks/${tasks.bob}/${part}`, bearer("ann")),
        await ask(`/tasks/${missing}/${part}`, bearer("ann")),
      ];
      assert.equal(others.status, 404);
      const { date: _, ...headers } = others.headers;
      const { date: __, ...noHeaders } = none.headers;
      assert.deepEqual([others.body, headers], [none.body, noHeaders]);
    }
    const beyond = await ask(`/tasks/${tasks.ann}/files/2`, bearer("ann"));
    assert.equal(beyond.body, (await ask(`/tasks/${missing}/files/1`, bearer("ann"))).body);
  });

  it("file: a session gets it by a link of the page and a typed address, and by no page of another site or port", async () => {
    const login = open(
      "/dwld.v1.AccessService/CreateSession",
      {
        ...bearer("ann"),
        "content-type": "application/json",
        "content-length": "2",
      },
      "POST",
      "{}",
    );
    const [
      {
        headers: { "set-cookie": [cookie = ""] = [] },
      },
    ] = (await once(login, "response")) as [IncomingMessage];
    const session = { cookie: cookie.split(";", 1)[0] ?? "" };
    for (const [from, status] of [
      [{ "sec-fetch-site": "same-origin" }, 200],
      [{ "sec-fetch-site": "none" }, 200],
      [{ origin: "https://localhost" }, 200],
      [{}, 200],
      [{ "sec-fetch-site": "same-site" }, 403],
      [{ "sec-fetch-site": "cross-site" }, 403],
      [{ origin: "https://localhost:1", "sec-fetch-site": "same-origin" }, 403],
      [{ origin: "null" }, 403],
    ] as const)
      for (const part of ["files/1", "thumbnail"])
        assert.equal(
          (await ask(`/tasks/${tasks.ann}/${part}`, { ...session, ...from })).status,
          status,
          JSON.stringify(from),
        );
    assert.equal((await ask(`/tasks/${tasks.bob}/files/1`, session)).status, 404);
    const { status } = await ask(`/tasks/${tasks.ann}/files/1`, { cookie: "__Host-dwld=dwld_wrong" });
    assert.equal(status, 401);
  });

  /** Begins to read the large file, and reads no more. */
  async function begin(session: ClientHttp2Session, name: string) {
    const stream = session.request({ ":path": `/tasks/${tasks.large}/files/1`, ...bearer(name) });
    stream.on("error", () => undefined);
    const [headers] = (await once(stream, "response")) as [IncomingHttpHeaders & { ":status"?: number }];
    assert.equal(headers[":status"], 200);
    stream.pause();
    return stream;
  }

  it("file: a reader that takes nothing costs no memory; it is cut off when its token is revoked", async () => {
    const session = connect(api.httpUrl, { ca: api.ca });
    session.on("error", () => undefined);
    const heldBefore = process.memoryUsage().arrayBuffers;
    const streams = await Promise.all(Array.from({ length: 8 }, () => begin(session, "revoked")));
    assert.ok(process.memoryUsage().arrayBuffers - heldBefore < 50_000_000);
    const other = await begin(session, "all");
    const ended = Promise.all(streams.map((stream) => once(stream, "close")));
    await createClient(AccessService, onSocket(api)).revokeToken({ name: "revoked" });
    await ended;
    for (const stream of streams) assert.notEqual(stream.rstCode, 0);
    assert.equal(other.closed, false);
    other.close();
    session.destroy();
  });

  it("file: a reader that takes nothing for two minutes is cut off, though its connection lives", async (context) => {
    const session = connect(api.httpUrl, { ca: api.ca });
    await once(session, "remoteSettings");
    context.mock.timers.enable({ apis: ["setTimeout"] });
    const stream = await begin(session, "all");
    const roundTrip = promisify(session.ping.bind(session));
    await roundTrip();
    context.mock.timers.tick(119_000);
    await roundTrip();
    assert.equal(stream.closed, false);
    context.mock.timers.tick(1_000);
    await once(stream, "close");
    assert.notEqual(stream.rstCode, 0);
    session.close();
  });

  it("file: one whose reader left before it was opened is closed at once, and nobody is blamed", async (context) => {
    const { localFiles } = api.context;
    const openAtOnce = localFiles.open.bind(localFiles);
    const [asked, left] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const opened: FileHandle[] = [];
    context.mock.method(localFiles, "open", async (...row: Parameters<typeof openAtOnce>) => {
      asked.resolve();
      await left.promise;
      const file = await openAtOnce(...row);
      if (file !== undefined) opened.push(file.handle);
      return file;
    });
    const session = connect(api.httpUrl, { ca: api.ca });
    const stream = session.request({ ":path": `/tasks/${tasks.large}/files/1`, ...bearer("all") });
    stream.on("error", () => undefined);
    await asked.promise;
    stream.close(constants.NGHTTP2_CANCEL);
    // Behind it, so that the server knows of the end when this is answered.
    await promisify(session.ping.bind(session))();
    left.resolve();
    await eventually("it is closed", () => opened.length === 1 && opened[0]?.fd === -1);
    assert.ok(!api.logLines.some((line) => line.includes("could not be read")));
    session.close();
  });

  it("file: a download counts as a stream of its address, and the shutdown waits for none", async () => {
    const limits = testLimits("limits: { perAddress: { streams: 2 } }", api.logger);
    const small = await serveApiOverTls({ limits });
    writeFileSync(join(small.folder, "large.mp4"), "");
    truncateSync(join(small.folder, "large.mp4"), largeBytes);
    const path = `/tasks/${await taskWith(small, ["large.mp4"], largeBytes)}/files/1`;
    const session = connect(small.httpUrl, { ca: small.ca });
    session.on("error", () => undefined);
    const stream = session.request({ ":path": path }).on("error", () => undefined);
    await once(stream, "response");
    const sent = request(`${small.httpUrl}${path}`, { ca: small.ca, agent: false, servername: "localhost" });
    sent.end();
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    const refused = request(`${small.httpUrl}${path}`, { ca: small.ca, agent: false, servername: "localhost" });
    refused.end();
    const [refusal] = (await once(refused, "response")) as [IncomingMessage];
    assert.deepEqual([refusal.statusCode, refusal.headers["retry-after"]], [429, "5"]);
    assert.match((await buffer(refusal)).toString(), /^this address holds too many streams: at most 2 at once/);
    stream.close();
    await eventually("the end of one makes room", async () => {
      const again = request(`${small.httpUrl}${path}`, { ca: small.ca, agent: false, servername: "localhost" });
      again.end();
      const [{ statusCode }] = (await once(again, "response")) as [IncomingMessage];
      again.destroy();
      return statusCode === 200;
    });
    const cut = assert.rejects(buffer(response), { code: "ECONNRESET" });
    await small.close();
    await cut;
    session.destroy();
    const openPaths = readdirSync("/proc/self/fd").map((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`);
      } catch {
        return "closed meanwhile";
      }
    });
    assert.deepEqual(
      openPaths.filter((opened) => opened.startsWith(small.folder)),
      [],
    );
  });
});
