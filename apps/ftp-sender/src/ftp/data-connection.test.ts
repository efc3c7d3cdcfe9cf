import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { test, type TestContext } from "node:test";
import { startScriptedFtp } from "@dwld/testbed";
import { eventually } from "@dwld/timing/testing";
import { destinationOf } from "../testing/ftp-servers.ts";

const path = "/videos/a.part";
/** Listens on a port at which a connection is never made: its line is full, and nobody takes from it. A firewall does the same. */
const unreachable = `
import socket, sys
line = socket.socket()
line.bind(("127.0.0.1", 0))
line.listen(0)
taken = []
for _ in range(4):
    one = socket.socket()
    one.setblocking(False)
    one.connect_ex(line.getsockname())
    taken.append(one)
print(line.getsockname()[1], flush=True)
sys.stdin.read()`;

async function unreachablePort(context: TestContext): Promise<number> {
  const program = spawn("python3", ["-c", unreachable], { stdio: ["pipe", "pipe", "inherit"] });
  context.after(async () => {
    const ended = once(program, "exit");
    program.stdin.end();
    await ended;
  });
  const [port] = (await once(createInterface({ input: program.stdout }), "line")) as [string];
  return Number(port);
}

test("FTP session: a signal ends it at once while a data connection is being opened", async (context) => {
  const port = await unreachablePort(context);
  await using server = await startScriptedFtp({
    onCommand: (command) => (command === "EPSV" ? `229 (|||${port}|)` : undefined),
  });
  using destination = destinationOf(server, { idleTimeoutMs: 60_000 });
  const stopping = new AbortController();
  const session = await destination.connect(stopping.signal);
  const sending = session.put(path, Readable.from([Buffer.from("x")]));
  const ended = assert.rejects(sending, (reason) => reason === "shutdown");
  await eventually("the data connection is asked for", () => server.commands.includes("EPSV"));
  // The reply has arrived when another exchange has.
  const other = await destination.connect(new AbortController().signal);
  await other.size(path);
  const startMs = performance.now();
  stopping.abort("shutdown");
  await ended;
  assert.ok(performance.now() - startMs < 5000);
  session.release();
  other.release();
});
