import { test } from "node:test";
import { guarantees } from "./guarantees.ts";
import { runScenario } from "./run-scenario.ts";

test(
  "dwld is installed, serves, survives, reboots and is uninstalled under a real systemd",
  { timeout: 400_000 },
  async (t) => {
    await runScenario(t, "scenario.ts", guarantees);
  },
);
