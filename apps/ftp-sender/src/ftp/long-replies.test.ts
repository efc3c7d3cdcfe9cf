import assert from "node:assert/strict";
import { test } from "node:test";
import type { Session } from "@dwld/delivery";
import { type FtpScript, startScriptedFtp } from "@dwld/testbed";
import { destinationOf, inSession } from "../testing/ftp-servers.ts";

/** Milliseconds: a busy machine reads some 60 kB in a hundredth of this. */
const soonMs = 2000;

/** Returns a script that gives one command a reply of its own; MLST is asked since SIZE is refused. */
const replying =
  (asked: string, reply: string): NonNullable<FtpScript["onCommand"]> =>
  (command) => {
    const [verb = ""] = command.split(" ");
    if (verb === asked) return reply;
    if (verb === "FEAT") return "211-Features:\r\n MLST size*;type*;\r\n211 End";
    return verb === "SIZE" ? "502 No." : undefined;
  };

const look = (session: Session) => session.size("/videos/a").catch(() => undefined);

for (const [what, asked, reply] of [
  ["features on one line", "FEAT", `211-F\r\n ${"a".repeat(60_000)} b\u2028c\r\n211 End`],
  ["facts on one line", "MLST", `250-L\r\n ${"=;".repeat(30_000)}\r\n250 End`],
  ["facts on many lines", "MLST", `250-L\r\n ${"=;\r\n".repeat(4000)}\r\n250 End`],
] as const)
  test(`FTP session: a reply of many kilobytes (${what}) keeps nobody waiting`, async () => {
    await using server = await startScriptedFtp({ onCommand: replying(asked, reply) });
    using destination = destinationOf(server);
    let longestMs = 0;
    let lastMs = performance.now();
    const timer = setInterval(() => {
      longestMs = Math.max(longestMs, performance.now() - lastMs);
      lastMs = performance.now();
    }, 10);
    await inSession(destination, look);
    longestMs = Math.max(longestMs, performance.now() - lastMs);
    clearInterval(timer);
    assert.ok(longestMs < soonMs, `the process stood still for ${longestMs} ms`);
    assert.ok(server.commands.some((command) => command.startsWith(asked)));
  });
