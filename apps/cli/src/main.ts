import { layout } from "@dwld/layout";
import { runProgram } from "./program.ts";

const { argv, stdout, stderr, env } = process;
process.exitCode = await runProgram(argv.slice(2), {
  // Node opens it when it is read first, which costs 3 ms.
  get stdin() {
    return process.stdin;
  },
  stdout,
  stderr,
  env,
  version: layout.version,
});
