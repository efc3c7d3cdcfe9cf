import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { after, before, test } from "node:test";
import { ytdlpChecks, ytdlpVersions } from "@dwld/queue";
import { type Lie, type ReleaseServer, startReleaseServer } from "@dwld/testbed";
import { ReleaseError } from "../releases/release-error.ts";
import { startUpdateHost } from "./testing/update-host.ts";

let server: ReleaseServer;
before(async () => {
  server = await startReleaseServer();
  await server.publish("2026.11.20");
});
after(async () => {
  await server[Symbol.asyncDispose]();
});

/** Answers a path with these bytes. */
const answering =
  (ending: string, bytes: Buffer): Lie =>
  (path, response) => {
    if (!path.endsWith(ending)) return false;
    response.end(bytes);
    return true;
  };

const lies: readonly [what: string, lie: () => Lie | Promise<Lie>, said: RegExp][] = [
  [
    "sums of another program, rightly signed by nobody",
    () => answering("SHA2-256SUMS", Buffer.from(`${"1".repeat(64)}  yt-dlp\n`)),
    /^the signature of the release is not that of/,
  ],
  ["no signature", () => answering(".sig", Buffer.alloc(0)), /^the signature of the release is not that of/],
  [
    "the sum of another file",
    async () => {
      const sums = Buffer.from(`${"0".repeat(64)}  yt-dlp.exe\n`);
      const signature = await server.sign(sums);
      return (path, response, request) =>
        answering("SHA2-256SUMS", sums)(path, response, request) ||
        answering(".sig", signature)(path, response, request);
    },
    /^the sums of the release do not name yt-dlp$/,
  ],
  [
    "half of the program",
    async () => answering("/yt-dlp", (await server.file("2026.11.20", "yt-dlp")).subarray(0, 100_000)),
    /its SHA-256 differs$/,
  ],
  [
    "a connection that ends in the middle",
    () => (path, response) => {
      if (!path.endsWith("/yt-dlp")) return false;
      response.writeHead(200, { "Content-Length": 1_000_000 }).write(Buffer.alloc(10_000));
      setTimeout(() => response.destroy(), 10);
      return true;
    },
    /^127\.0\.0\.1:\d+ cannot be asked for .*\/yt-dlp: /,
  ],
  [
    "an endless answer",
    () => (path, response) => {
      if (!path.endsWith("SUMS")) return false;
      const chunk = Buffer.alloc(65_536);
      const pump = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on("drain", pump);
      pump();
      return true;
    },
    /sends more than 262144 bytes/,
  ],
  [
    "redirects in a circle",
    () => (path, response) => {
      if (!path.startsWith("download")) return false;
      response.writeHead(302, { Location: `/releases/${path}` }).end();
      return true;
    },
    /redirects more than 5 times$/,
  ],
  [
    "a redirect to another server",
    () => (path, response) => {
      if (!path.startsWith("download")) return false;
      response.writeHead(302, { Location: "http://127.0.0.2:9/x" }).end();
      return true;
    },
    /^the release server redirects to http:\/\/127\.0\.0\.2:9, which is not asked$/,
  ],
  [
    "a newest release that is none",
    () => (path, response) => {
      if (path !== "latest") return false;
      response.writeHead(302, { Location: "/releases/tag/..%2f..%2fetc" }).end();
      return true;
    },
    /names no version of yt-dlp$/,
  ],
  [
    "errors",
    () => (_, response) => {
      response.writeHead(503).end();
      return true;
    },
    /answers 503, and not with a redirect/,
  ],
  [
    "an old program under a new name",
    async () => {
      const files = {
        "/yt-dlp": await server.file("2026.11.20", "yt-dlp"),
        SUMS: await server.file("2026.11.20", "SHA2-256SUMS"),
        ".sig": await server.file("2026.11.20", "SHA2-256SUMS.sig"),
      };
      return (path, response, request) => {
        if (path === "latest") {
          response.writeHead(302, { Location: "/releases/tag/2026.11.21" }).end();
          return true;
        }
        return Object.entries(files).some(([ending, bytes]) => answering(ending, bytes)(path, response, request));
      };
    },
    /^the release 2026\.11\.21 has the program of 2026\.11\.20$/,
  ],
];

test("yt-dlp update: a release server that lies changes nothing, and what is wrong is on record", async (t) => {
  const host = await startUpdateHost(t, server);
  for (const [what, lie, said] of lies)
    await t.test(what, async () => {
      server.lie(await lie());
      await assert.rejects(host.update(), (error) => error instanceof ReleaseError && said.test(error.message));
      const [check] = await ytdlpChecks(host.database);
      assert.match(check?.problem ?? "", said);
      assert.deepEqual(
        (await ytdlpVersions(host.database)).map(({ version, state }) => [version, state]),
        [["2026.10.26", "current"]],
      );
      assert.deepEqual(await readdir(host.versions), []);
    });
});

test("yt-dlp update: an older release that is offered as the newest is left", async (t) => {
  const host = await startUpdateHost(t, server);
  server.lie((path, response) => {
    if (path !== "latest") return false;
    response.writeHead(302, { Location: "/releases/tag/2025.01.15" }).end();
    return true;
  });
  assert.deepEqual(await host.update(), { result: "nothing_newer", version: "2025.01.15" });
  assert.deepEqual(await readdir(host.versions), []);
});
