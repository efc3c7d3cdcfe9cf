import { layout } from "@dwld/layout";
import { runProgram } from "./program.ts";

const { argv, stdin, stdout, stderr, env } = process;
process.exitCode = await runProgram(argv.slice(2), { stdin, stdout, stderr, env, version: layout.version });
