import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { createLogger } from "../logger/create-logger.ts";
import { takeServiceManager } from "./service-manager.ts";

const logger = createLogger({ level: "silent", app: "api" });
const hasNotify = spawnSync("systemd-notify", ["--version"]).status === 0;
const without = hasNotify ? false : "THIS MACHINE HAS NO systemd-notify: the messages to systemd were not tested";

/** Receives datagrams in place of systemd, since Node cannot, and prints each as a line of JSON. */
const receiver = `
import json, socket, sys
manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
manager.bind(sys.argv[1])
print('"bound"', flush=True)
while True:
    data, controls, *_ = manager.recvmsg(4096, 1024)
    for level, kind, descriptors in controls:
        # The end of systemd-notify's BARRIER=1: it waits until this is closed.
        import os
        os.close(int.from_bytes(descriptors[:4], sys.byteorder))
    print(json.dumps(data.decode()), flush=True)
`;

test(
  "service manager: systemd hears when the service is ready, regularly that it lives, when it reloads, and how long its end may take",
  { skip: without },
  async (t) => {
    // The watchdog is fed for as long as a process lives, and each time by a program.
    t.mock.timers.enable({ apis: ["setInterval"] });
    const folder = mkdtempSync(join(tmpdir(), "dwld-notify-"));
    const socket = join(folder, "notify");
    const python = spawn("python3", ["-c", receiver, socket], { stdio: ["ignore", "pipe", "inherit"] });
    try {
      const messages = createInterface({ input: python.stdout })[Symbol.asyncIterator]();
      const next = async (wanted: (message: string) => boolean): Promise<string> => {
        for (;;) {
          const { value, done } = await messages.next();
          assert.notEqual(done, true, "the receiver has ended");
          const message = JSON.parse(String(value)) as string;
          if (wanted(message)) return message;
        }
      };
      await next((message) => message === "bound");
      const env: NodeJS.ProcessEnv = {
        PATH: process.env["PATH"],
        NOTIFY_SOCKET: socket,
        WATCHDOG_PID: String(process.pid),
        WATCHDOG_USEC: "300000",
      };
      const manager = takeServiceManager(env, logger);
      assert.deepEqual(Object.keys(env), ["PATH"], "a child could speak for us");
      manager.waiting(60_000);
      await next((message) => message.includes("EXTEND_TIMEOUT_USEC=60000000"));
      manager.ready();
      await next((message) => message.includes("READY=1"));
      for (let beat = 1; beat <= 3; beat += 1) {
        t.mock.timers.tick(100);
        await next((message) => message.includes("WATCHDOG=1"));
      }
      const beforeUs = process.hrtime.bigint() / 1000n;
      await manager.reloading();
      const reloading = await next((message) => message.includes("RELOADING=1"));
      // systemd takes an earlier time for that of another reload.
      const toldUs = BigInt(/^MONOTONIC_USEC=(\d+)$/m.exec(reloading)?.[1] ?? 0);
      assert.ok(toldUs >= beforeUs && toldUs <= process.hrtime.bigint() / 1000n, reloading);
      await manager.reloaded("all is new");
      assert.match(await next((message) => message.includes("READY=1")), /^STATUS=all is new$/m);
      manager.stopping(40_000);
      assert.match(await next((message) => message.includes("STOPPING=1")), /EXTEND_TIMEOUT_USEC=40000000/);
    } finally {
      python.kill();
      await once(python, "close");
      rmSync(folder, { recursive: true });
    }
  },
);

test("service manager: another process's watchdog is not fed, and without systemd nothing happens", async () => {
  const manager = takeServiceManager({ WATCHDOG_PID: "1", WATCHDOG_USEC: "300000" }, logger);
  manager.waiting(1);
  manager.ready();
  await manager.reloading();
  await manager.reloaded("");
  manager.stopping(1);
});
