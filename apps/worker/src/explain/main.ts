import { runMachineCommand } from "@dwld/daemon";
import { explain } from "./explain.ts";
import { options, usage } from "./read-arguments.ts";

await runMachineCommand(
  { name: "explain", usage, options, words: { min: 0, max: Number.POSITIVE_INFINITY } },
  async (call) => await explain(call, process.stdin),
);
