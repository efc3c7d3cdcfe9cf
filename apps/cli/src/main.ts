import packageFile from "../package.json" with { type: "json" };
import { Interruption } from "./interruption.ts";
import { readerLanguage } from "./connection/reader-language.ts";
import { runProgram } from "./program.ts";

const end = new AbortController();
// The second signal finds no listener and ends the process.
for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => end.abort(new Interruption(name)));

process.exitCode = await runProgram(process.argv.slice(2), {
  input: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: end.signal,
  version: packageFile.version,
  canRedraw: process.env["TERM"] !== "dumb",
  // https://no-color.org: set, and not empty.
  canColour: process.env["TERM"] !== "dumb" && (process.env["NO_COLOR"] ?? "") === "",
  language: readerLanguage(process.env),
});
