import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";

/**
 * Builds the page in a temporary folder, and compares it with its budget. Prints what each file weighs as it is sent, in gzip.
 * Ends with status 1 if the page is heavier, if its build takes longer, or if it names another server.
 */

/** KB are 1000 bytes. The build's time is that of the processor, which does not depend on what else runs. */
const budget = { firstScriptsKb: 61, firstKb: 80, allKb: 110, buildSeconds: 2 } as const;

/** The name of a format, and the link of an example: the page asks neither. */
const namespaces = new Set(["www.w3.org", "www.youtube.com"]);

const root = resolve(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "dwld-page-"));
try {
  const faults = [...judge("build, s", secondsOfBuild(), budget.buildSeconds), ...judgeFiles()];
  for (const fault of faults) console.error(fault);
  process.exitCode = faults.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}

/** @throws Error if the page cannot be built. */
function secondsOfBuild(): number {
  const { status, stderr } = spawnSync("bash", ["-c", 'TIMEFORMAT="%U %S"; time "$@"', "bash", ...buildCommand()], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`the page was not built:\n${stderr}`);
  const [user = Number.NaN, system = Number.NaN] = stderr.trim().split(/\s+/).slice(-2).map(Number);
  return user + system;
}

function buildCommand(): string[] {
  return [process.execPath, join(root, "apps/web/build.ts"), folder];
}

function judgeFiles(): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((found) => found.isFile() && !/\.(br|gz)$/.test(found.name))
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)));
  const weights = files.map((name) => ({ name, kb: sentBytes(join(folder, name)) / 1000 }));
  for (const { name, kb } of weights) console.log(`${kb.toFixed(1).padStart(6)} KB  ${name}`);
  const scripts = firstScripts();
  const isScript = ({ name }: { name: string }) => scripts.has(name);
  const isFirst = ({ name }: { name: string }) => scripts.has(name) || /^index|\.css$|\.svg$|\.webmanifest$/.test(name);
  const sum = (some: typeof weights) => some.reduce((total, { kb }) => total + kb, 0);
  return [
    ...judge("scripts of the first load, KB in gzip", sum(weights.filter(isScript)), budget.firstScriptsKb),
    ...judge("the first load, KB in gzip", sum(weights.filter(isFirst)), budget.firstKb),
    // A telephone asks for the pictures, if it installs the page.
    ...judge("all that there is, KB in gzip", sum(weights.filter(({ name }) => !name.endsWith(".png"))), budget.allKb),
    ...files.flatMap((name) => otherServers(name, readFileSync(join(folder, name), "latin1"))),
  ];
}

/** Returns the scripts that the document loads, with those that they import at once. */
function firstScripts(): ReadonlySet<string> {
  const document = readFileSync(join(folder, "index.html"), "utf8");
  const found = new Set(Array.from(document.matchAll(/src="([^"]+\.js)"/g), ([, name = ""]) => name));
  for (const name of found)
    for (const [, imported = ""] of readFileSync(join(folder, name), "utf8").matchAll(/(?:from|import)\s*"(\.[^"]+)"/g))
      found.add(join(dirname(name), imported));
  return found;
}

/** A picture is sent as it is. */
function sentBytes(path: string): number {
  return statSync(`${path}.gz`, { throwIfNoEntry: false })?.size ?? statSync(path).size;
}

function judge(what: string, measured: number, most: number): string[] {
  console.log(`${measured.toFixed(1).padStart(6)} of ${most}  ${what}`);
  return measured <= most
    ? []
    : [`${what}: ${measured.toFixed(1)} are more than ${most}, the budget of tools/page-budget.ts`];
}

function otherServers(name: string, text: string): string[] {
  const hosts = Array.from(
    text.matchAll(/(?:https?|wss?):\/\/([a-z0-9-]+(?:\.[a-z0-9-]+)+)/gi),
    ([, host = ""]) => host,
  );
  return [...new Set(hosts)].filter((host) => !namespaces.has(host)).map((host) => `${name} names the server ${host}`);
}
