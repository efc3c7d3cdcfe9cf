import { readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { bundleDwld, startDwld, startVsftpd } from "@dwld/testbed";
import { compare, type Finding, type Question } from "../finding.ts";
import { measurePairs, type Pair, pick } from "../pairs.ts";
import { type DwldProcess, processesOf } from "../world/dwld-processes.ts";

/** Long enough for what a process does once after its start. */
const settleMs = 12_000;
const rounds = 2;
const mostMegabytes = 160;
const own = ["up", "api", "worker", "sender"] as const satisfies readonly DwldProcess["name"][];

type Megabytes = Readonly<Record<string, number>>;

/**
 * Measures the memory of each idle process of an installation beside that of the sources. It is the proportional set
 * size: a page that processes share, of Node's program above all, counts for each by its part.
 */
export const measureMemory: Question = async ({ quick, say }) => {
  say(`memory: ${(rounds * 2 * settleMs) / 1000} s of rest`);
  await using ftp = await startVsftpd();
  await using bundle = await bundleDwld();
  const atRest = async (checkout?: string): Promise<Megabytes> => {
    await using dwld = await startDwld({
      apps: ["up"],
      configuration: { ftp: ftp.configuration },
      ...(checkout !== undefined && { checkout }),
    });
    const processes = await processesOf(dwld);
    await pause(settleMs);
    const sizes = await Promise.all(processes.map(async ({ name, pid }) => [name, await pssMegabytes(pid)] as const));
    return Object.fromEntries(sizes);
  };
  const pairs = await measurePairs(
    quick ? 1 : rounds,
    () => atRest(bundle.root),
    () => atRest(),
  );
  return [
    row("the four idle processes", pairs, (sizes) => own.reduce((sum, name) => sum + (sizes[name] ?? 0), 0)),
    ...own.map((name) => row(`idle ${name}`, pairs, (sizes) => sizes[name] ?? 0)),
  ];
};

function row(what: string, pairs: readonly Pair<Megabytes>[], sizeOf: (sizes: Megabytes) => number): Finding {
  return compare({
    what: `memory of ${what} (PSS)`,
    unit: "megabytes",
    pairs: pick(pairs, sizeOf),
    beside: "the sources",
    ...(what.startsWith("the") && { target: { of: "median", atMost: mostMegabytes } }),
  });
}

async function pssMegabytes(pid: number): Promise<number> {
  const kibibytes = /^Pss: +(\d+) kB$/m.exec(await readFile(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1];
  return (Number(kibibytes) * 1024) / 1e6;
}
