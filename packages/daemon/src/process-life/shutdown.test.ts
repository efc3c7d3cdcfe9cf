import assert from "node:assert/strict";
import { test } from "node:test";
import { createLogger } from "../logger/create-logger.ts";
import { createShutdown, type ShutdownControl } from "./shutdown.ts";

const logger = createLogger({ level: "silent", app: "test" });

const ends: [how: string, reason: string, end: (shutdown: ShutdownControl) => void][] = [
  ["a signal", "shutdown", (shutdown) => shutdown.begin("SIGTERM")],
  ["a part that died", "failure", (shutdown) => shutdown.fail(new Error("a part died"))],
  [
    "a part that died after the signal",
    "failure",
    (shutdown) => {
      shutdown.begin("SIGTERM");
      shutdown.fail(new Error("a part died"));
    },
  ],
];
for (const [how, reason, end] of ends)
  test(`shutdown: work for which the grace was too short is told why it ends: ${how}`, async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const shutdown = createShutdown({ graceMs: () => 1000, hangMs: 1000, logger, onFailure: () => "a part died" });
    const [asked, told] = [Promise.withResolvers<void>(), Promise.withResolvers<unknown>()];
    shutdown.register("work", {
      stop: async (killing) => {
        killing.addEventListener("abort", () => told.resolve(killing.reason));
        asked.resolve();
        await told.promise;
      },
    });
    end(shutdown);
    const released = shutdown.release(Promise.resolve());
    await asked.promise;
    t.mock.timers.tick(1000);
    assert.deepEqual([await told.promise, await released], [reason, { outcome: "released" }]);
  });
