import { test } from "node:test";
import { isThorough } from "../thorough.ts";
import { upgradeGuarantees } from "./guarantees.ts";
import { runScenario } from "./run-scenario.ts";

test(
  "an installed dwld with work is upgraded, by versions that work and by such that do not",
  { timeout: 1_200_000, skip: !isThorough },
  async (t) => {
    await runScenario(t, "upgrade-scenario.ts", upgradeGuarantees);
  },
);
