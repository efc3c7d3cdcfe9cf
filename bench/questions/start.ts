import { bundleDwld, startDwld } from "@dwld/testbed";
import { execa } from "execa";
import { compare, type Finding, type Question } from "../finding.ts";
import { measurePairs } from "../pairs.ts";
import { ownRoot } from "../world/checkout.ts";

const mostMs = 120;
const apps = ["api", "worker", "ftp-sender", "up"] as const;

/** Measures how soon commands of an installation have answered and its processes are ready, beside those of the sources. */
export const measureStart: Question = async ({ quick, say }) => {
  say("start: commands and processes");
  await using bundle = await bundleDwld();
  await using dwld = await startDwld({ apps: ["api"] });
  const roots = [bundle.root, ownRoot] as const;
  const command = async (what: string, words: readonly string[], target?: { atMost: number }): Promise<Finding> => {
    const [ours, theirs] = roots.map((root) => async () => {
      const startMs = performance.now();
      // As an installation: without a folder for compiled code.
      await execa(`${root}/bin/dwld`, words, { env: { NODE_COMPILE_CACHE: "" } });
      return performance.now() - startMs;
    }) as [() => Promise<number>, () => Promise<number>];
    const pairs = await measurePairs(quick ? 3 : 20, ours, theirs);
    return compare({
      ...{ what: `${what} has ended`, unit: "ms", pairs, beside: "the sources" },
      ...(target !== undefined && { target: { of: "median", ...target } }),
    });
  };
  const findings = [
    await command("dwld --version", ["--version"]),
    await command("dwld status", ["status", "--server", `http://${dwld.addresses.http}`], { atMost: mostMs }),
  ];
  for (const app of apps) {
    const [ours, theirs] = roots.map((checkout) => async () => {
      const startMs = performance.now();
      await using started = await startDwld({ apps: [app], checkout, environment: { NODE_COMPILE_CACHE: "" } });
      const readyMs = performance.now() - startMs;
      await started.stop();
      return readyMs;
    }) as [() => Promise<number>, () => Promise<number>];
    const pairs = await measurePairs(quick ? 1 : 3, ours, theirs);
    findings.push(compare({ what: `dwld ${app} is ready`, unit: "ms", pairs, beside: "the sources" }));
  }
  return findings;
};
