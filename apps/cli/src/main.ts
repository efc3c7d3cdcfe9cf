import packageFile from "../package.json" with { type: "json" };
import { runProgram } from "./program.ts";

const { argv, stdin, stdout, stderr, env } = process;
process.exitCode = await runProgram(argv.slice(2), { stdin, stdout, stderr, env, version: packageFile.version });
