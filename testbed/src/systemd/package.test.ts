import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { isThorough } from "../thorough.ts";
import { packageGuarantees } from "./guarantees.ts";
import { runScenario } from "./run-scenario.ts";

const dist = join(import.meta.dirname, "../../../dist");

test(
  "the package of make deb is installed, serves, is upgraded, removed and purged under a real systemd",
  { timeout: 400_000, skip: !isThorough },
  async (t) => {
    if (!existsSync(dist) || !readdirSync(dist).some((name) => name.endsWith(".deb")))
      return t.skip("NOT TESTED: dist has no package (make deb)");
    await runScenario(t, "package-scenario.ts", packageGuarantees);
  },
);
