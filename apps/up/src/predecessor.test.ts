import assert from "node:assert/strict";
import { test } from "node:test";
import { createLogger } from "@dwld/daemon/process";
import { recordProcesses } from "./predecessor.ts";

test("record of processes: a disk that refuses it is logged, and ends nothing", () => {
  let log = "";
  const logger = createLogger({ level: "info", app: "up" }, { write: (line) => (log += line) });
  recordProcesses("/dev/null/data", logger).started(process.pid);
  assert.match(log, /the processes of dwld up are not on record/);
});
