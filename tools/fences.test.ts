import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";

const root = join(import.meta.dirname, "..");

const imports = "eslint(no-restricted-imports)";

/** Files that a hasty change could bring, each with the rule that must refuse it. */
const refused: [guarantee: string, path: string, code: string, rule: string][] = [
  ["a package imports none beside it", "packages/queue/src/a.ts", 'import "@dwld/rpc";', imports],
  ["a package does not import itself", "packages/queue/src/b.ts", 'export * from "@dwld/queue";', imports],
  [
    "a package imports no type of one beside it",
    "packages/daemon/src/a.ts",
    'import type { Task } from "@dwld/rpc"; export type A = Task;',
    imports,
  ],
  ["a package loads none beside it", "packages/progress/src/a.ts", 'export const a = import("@dwld/queue");', imports],
  ["a test of a package imports none beside it", "packages/rpc/src/a.test.ts", 'import "@dwld/daemon";', imports],
  ["a package imports none above it", "packages/queue/src/f.ts", 'import "@dwld/delivery";', imports],
  ["the ground floor imports no package", "packages/text/src/a.ts", 'import "@dwld/timing";', imports],
  ["the ground floor imports nothing above it", "packages/timing/src/a.ts", 'import "@dwld/daemon";', imports],
  ["delivery imports no library of FTP", "packages/delivery/src/a.ts", 'import "basic-ftp";', imports],
  ["a new package imports none", "packages/new/src/a.ts", 'import "@dwld/daemon";', imports],
  ["the program imports its commands alone", "apps/cli/src/a.ts", 'import "@dwld/daemon";', imports],
  ["the client knows the contract alone", "apps/cli/src/client/a.ts", 'import "@dwld/daemon";', imports],
  ["the client's tests know the contract alone", "apps/cli/src/client/a.test.ts", 'import "@dwld/queue";', imports],
  ["the client does not know this machine", "apps/cli/src/client/b/c.ts", 'import "../../machine/d.ts";', imports],
  ["a command for this machine is no client", "apps/cli/src/machine/a.ts", 'import "@dwld/rpc";', imports],
  ["a command for this machine starts no app", "apps/cli/src/machine/b.ts", 'import "@dwld/worker";', imports],
  ["a process is a whole app", "apps/cli/src/processes/a.ts", 'import "@dwld/worker/explain";', imports],
  ["a new app is a client", "apps/bot/src/a.ts", 'import "@dwld/queue";', imports],
  ["up starts the others and knows nothing of them", "apps/up/src/a.ts", 'import "@dwld/queue";', imports],
  ["the example of a bot knows the contract alone", "apps/bot-example/src/a.ts", 'import "@dwld/daemon";', imports],
  ["the page is a client", "apps/web/src/list/a.ts", 'import "@dwld/queue";', imports],
  ["the page's components know no dwld", "apps/web/src/ui/a.ts", 'import "../tasks/store.ts";', imports],
  ["a room of the page knows none beside it", "apps/web/src/list/b.ts", 'import "../add/box.ts";', imports],
  ["an app imports no other", "apps/up/src/b.ts", 'import "@dwld/worker";', imports],
  ["an app imports no part of another", "apps/up/src/c.ts", 'import "@dwld/worker/explain";', imports],
  ["waiting for a condition is for tests", "packages/text/src/b.ts", 'import "@dwld/timing/testing";', imports],
  [
    "who imports time-outs does not wait for a condition",
    "apps/worker/src/tt.ts",
    'import "@dwld/timing/testing";',
    imports,
  ],
  ["the testbed is for tests", "apps/worker/src/a.ts", 'import "@dwld/testbed";', imports],
  ["the testbed is a client", "testbed/src/a.ts", 'import "@dwld/queue";', imports],
  [
    "only the api serves",
    "apps/worker/src/b.ts",
    'import { connectNodeAdapter as a } from "@connectrpc/connect-node"; a({ routes() {} });',
    imports,
  ],
  [
    "only the sender speaks FTP",
    "apps/worker/src/c.ts",
    'import { Client } from "basic-ftp"; new Client().close();',
    imports,
  ],
  ["only progress knows memcached", "apps/api/src/a.ts", 'import "memjs";', imports],
  ["only the queue knows SQL", "apps/api/src/b.ts", 'import { sql } from "kysely"; export const a = sql`1`;', imports],
  ["only the queue knows SQL's driver", "apps/worker/src/d.ts", 'import "better-sqlite3";', imports],
  ["only the queue knows the driver of PostgreSQL", "apps/worker/src/dd.ts", 'import "pg";', imports],
  ["the legacy import does not know kysely", "apps/api/src/legacy/import/a.ts", 'import "kysely";', imports],
  ["the rest of the api does not know SQL's driver", "apps/api/src/ab/a.ts", 'import "better-sqlite3";', imports],
  ["only the queue knows parts of kysely", "apps/worker/src/e.ts", 'import "kysely/migration";', imports],
  ["only worker and up start programs", "apps/api/src/c.ts", 'import "execa";', imports],
  ["nothing else starts them by Node's module", "apps/api/src/d.ts", 'import "node:child_process";', imports],
  ["nothing else starts them by its old name", "apps/api/src/e.ts", 'import "child_process";', imports],
  ["a path leaves no package", "apps/worker/src/f.ts", 'import "../../../packages/queue/src/index.ts";', imports],
  ["a path leads to no other app", "apps/worker/src/g/h.ts", 'import "../../../api/src/main.ts";', imports],
  ["a path leads to no testbed", "packages/queue/src/c.test.ts", 'import "../../../testbed/src/index.ts";', imports],
  [
    "a room of the daemon imports none above it",
    "packages/daemon/src/logger/a.ts",
    'import "../health/b.ts";',
    imports,
  ],
  [
    "a room of delivery imports none above it",
    "packages/delivery/src/source/a.ts",
    'import "../deliver/b.ts";',
    imports,
  ],
  ["the sender's FTP does not import what wires it", "apps/ftp-sender/src/ftp/a.ts", 'import "../main.ts";', imports],
  ["a room of the queue imports none above it", "packages/queue/src/tasks/a.ts", 'import "../leases/b.ts";', imports],
  ["a room of the queue imports none beside it", "packages/queue/src/copy/a.ts", 'import "../sites/b.ts";', imports],
  [
    "a room of the queue imports nothing that wires it",
    "packages/queue/src/tasks/c.ts",
    'import "../index.ts";',
    imports,
  ],
  [
    "a folder in a room of the queue imports none above",
    "packages/queue/src/store/migrations/a.ts",
    'import "../../tasks/b.ts";',
    imports,
  ],
  [
    "a folder in a room of the queue imports nothing that wires it",
    "packages/queue/src/store/migrations/b.ts",
    'import "../../index.ts";',
    imports,
  ],
  ["a room of the api imports none above it", "apps/api/src/messages/a.ts", 'import "../watch/b.ts";', imports],
  ["a room of the worker imports none above it", "apps/worker/src/process/a.ts", 'import "../ytdlp/b.ts";', imports],
  ["a room of the worker imports none beside it", "apps/worker/src/media/a.ts", 'import "../ytdlp/b.ts";', imports],
  [
    "a folder in a room of the worker imports none above",
    "apps/worker/src/ytdlp/fork-server/a.ts",
    'import "../../stages/b.ts";',
    imports,
  ],
  [
    "a room of the worker imports nothing that wires it",
    "apps/worker/src/attempt/a.ts",
    'import "../wiring.ts";',
    imports,
  ],
  ["no file is a drawer for everything", "apps/api/src/f.ts", 'import "./utils.ts";', imports],
  ["no folder is a drawer for everything", "apps/api/src/g.ts", 'import "../helpers/text.ts";', imports],
  ["only a test imports what is for tests", "apps/api/src/x.ts", 'import "./testing/bed.ts";', imports],
  ["only a test imports a package's testing", "apps/worker/src/x.ts", 'import "@dwld/queue/testing";', imports],
  ["the environment is read in main", "apps/api/src/h.ts", "export const a = process.env;", "node(no-process-env)"],
  [
    "the environment is read by no other name",
    "apps/api/src/i.ts",
    'import { env } from "node:process"; export const a = env;',
    imports,
  ],
  [
    "the command line is read in main",
    "apps/api/src/j.ts",
    "export const a = process.argv;",
    "eslint(no-restricted-properties)",
  ],
  ["a process ends in main", "apps/api/src/k.ts", "process.exit(1);", "unicorn(no-process-exit)"],
  ["a service logs and does not print", "apps/api/src/l.ts", 'console.log("a");', "eslint(no-console)"],
  ["a file has at most 300 lines", "apps/api/src/m.ts", "export {};\n".repeat(301), "eslint(max-lines)"],
  ["main has at most 60 lines", "apps/api/src/main.ts", "export {};\n".repeat(61), "eslint(max-lines)"],
  [
    "imports form no cycle, first file",
    "apps/api/src/n.ts",
    'import { b } from "./o.ts"; export const a = () => b();',
    "import(no-cycle)",
  ],
  [
    "imports form no cycle, second file",
    "apps/api/src/o.ts",
    'import { a } from "./n.ts"; export const b = () => a();',
    "import(no-cycle)",
  ],
  [
    "imports of types form no cycle, first file",
    "apps/api/src/ad.ts",
    'import type { A } from "./ae.ts"; export type B = A[];',
    "import(no-cycle)",
  ],
  [
    "imports of types form no cycle, second file",
    "apps/api/src/ae.ts",
    'import type { B } from "./ad.ts"; export type A = { b: B };',
    "import(no-cycle)",
  ],
  ["file names are kebab-case", "apps/api/src/aFile.ts", "export {};", "unicorn(filename-case)"],
  ["a promise is not forgotten", "apps/api/src/p.ts", "Promise.resolve();", "typescript(no-floating-promises)"],
  [
    "a promise is not given where none is awaited",
    "apps/api/src/q.ts",
    "[1].forEach(async () => {});",
    "typescript(no-misused-promises)",
  ],
  ["any is no type", "apps/api/src/r.ts", "export const a = (b: any) => b;", "typescript(no-explicit-any)"],
  ["the compiler is not silenced", "apps/api/src/s.ts", "// @ts-ignore\nexport {};", "typescript(ban-ts-comment)"],
  ["an error is not swallowed", "apps/api/src/t.ts", "try {\n  JSON.parse('');\n} catch {}", "eslint(no-empty)"],
  ["a comparison is strict", "apps/api/src/u.ts", "export const a = (b: unknown) => b == 1;", "eslint(eqeqeq)"],
  [
    "a switch forgets no case",
    "apps/api/src/v.ts",
    'export const a = (b: "c" | "d") => {\n  switch (b) {\n    case "c":\n      return 1;\n  }\n  return 2;\n};',
    "typescript(switch-exhaustiveness-check)",
  ],
  ["no comment leaves work for later", "apps/api/src/w.ts", "// TODO\nexport {};", "eslint(no-warning-comments)"],
];

/** Files that the fences must permit. */
const permitted: [path: string, code: string][] = [
  ["apps/api/src/aa.ts", 'import "@dwld/rpc"; import "@dwld/queue"; import "@dwld/progress"; import "@dwld/daemon";'],
  ["apps/api/src/ab.ts", 'import { connectNodeAdapter as a } from "@connectrpc/connect-node"; a({ routes() {} });'],
  [
    "apps/api/src/ac.test.ts",
    'import "@dwld/testbed"; import "node:child_process"; export const a = process.env["PATH"];',
  ],
  ["apps/api/src/legacy/import/aa.ts", 'import "better-sqlite3"; import "@dwld/queue";'],
  ["apps/worker/src/testing/aa.ts", 'import "@dwld/testbed"; import "@dwld/rpc"; import "../fixture/b.ts";'],
  ["apps/worker/src/aa.ts", 'import "@dwld/queue"; import "@dwld/progress"; import "@dwld/daemon"; import "execa";'],
  [
    "apps/worker/src/attempt/aa.ts",
    'import "execa"; import "../stages/b.ts"; import "../workdir/b.ts"; import "../failure/b.ts"; import "./c.ts";',
  ],
  ["apps/worker/src/ytdlp/fork-server/aa.ts", 'import "../../process/b.ts"; import "../c.ts";'],
  [
    "apps/ftp-sender/src/aa.ts",
    'import "@dwld/queue"; import "basic-ftp"; import "./deep/file.ts"; import "../src-of-bytes.ts";',
  ],
  [
    "apps/cli/src/machine/aa.ts",
    'import "@dwld/daemon"; import "@dwld/worker/explain"; import "../command-line/help.ts";',
  ],
  ["apps/cli/src/processes/aa.ts", 'import "@dwld/worker"; import "@dwld/up";'],
  [
    "apps/cli/src/client/aa.ts",
    'import "@dwld/rpc"; import "@dwld/text"; import { createConnectTransport as a } from "@connectrpc/connect-node"; console.log(a);',
  ],
  [
    "apps/bot-example/src/aa.ts",
    'import "@dwld/rpc"; import { connectNodeAdapter as a } from "@connectrpc/connect-node"; a({ routes() {} });',
  ],
  ["apps/up/src/main.ts", "export const a = [process.env, process.argv]; process.exit(0);"],
  ["packages/queue/src/aa.ts", 'import "kysely"; import "better-sqlite3"; import "@dwld/text";'],
  [
    "packages/queue/src/runner/aa.ts",
    'import "kysely"; import "../table/a.ts"; import "../task/b.ts"; import "../lease/c.ts"; import "./deep/d.ts";',
  ],
  ["packages/queue/src/runner/deep/aa.ts", 'import "../a.ts"; import "../../store/a.ts";'],
  ["packages/progress/src/aa.ts", 'import "memjs"; import "@dwld/timing"; import "@dwld/text";'],
  ["packages/delivery/src/aa.ts", 'import "@dwld/daemon"; import "@dwld/queue"; import "@dwld/timing";'],
  ["packages/text/src/aa.test.ts", 'import "@dwld/timing/testing"; import "@dwld/fuzz";'],
  ["packages/daemon/src/process-life/aa.ts", 'import "node:child_process";'],
  ["packages/daemon/src/configuration/aa.ts", "export const a = process.env;"],
  ["testbed/src/aa.ts", 'import "execa"; import "basic-ftp"; import "@dwld/rpc"; console.log(process.env);'],
];

/** Rules about where a thing may be done; others are about how. */
const fenceRules = [
  imports,
  "import(no-cycle)",
  "node(no-process-env)",
  "eslint(no-restricted-properties)",
  "unicorn(no-process-exit)",
  "eslint(no-console)",
];

type Finding = { readonly filename: string; readonly code: string };

/** Returns oxlint's findings in a folder. Any finding makes it exit with 1. */
async function lint(folder: string): Promise<Finding[]> {
  const output = await new Promise<string>((resolve, reject) => {
    const oxlint = join(root, "node_modules/.bin/oxlint");
    execFile(oxlint, ["-f", "json"], { cwd: folder, maxBuffer: 1 << 26, timeout: 110_000 }, (error, stdout, stderr) => {
      if (stdout.startsWith("{")) resolve(stdout);
      else reject(new Error(`oxlint did not lint ${folder}: ${stdout}${stderr}`, { cause: error }));
    });
  });
  return (JSON.parse(output) as { diagnostics: Finding[] }).diagnostics;
}

describe("fences", () => {
  let folder: string;
  let findings: Finding[];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "dwld-fences-"));
    for (const path of ["oxlint.config.ts", "tools/fences.ts", "tsconfig.json", "package.json"]) {
      await cp(join(root, path), join(folder, path));
    }
    await symlink(join(root, "node_modules"), join(folder, "node_modules"));
    for (const [path, code] of [...refused.map((row) => row.slice(1, 3) as [string, string]), ...permitted]) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), `${code}\n`);
    }
    findings = await lint(folder);
  });

  after(() => rm(folder, { recursive: true, force: true }));

  for (const [guarantee, path, , rule] of refused) {
    test(`fences: ${guarantee} (${path})`, () => {
      const rules = findings.filter(({ filename }) => filename === path).map(({ code }) => code);
      assert.ok(rules.includes(rule), `${rule} was not broken, only: ${rules.join(", ")}`);
    });
  }

  for (const [path, code] of permitted) {
    test(`fences: ${path} may have ${code}`, () => {
      const found = findings.filter((finding) => finding.filename === path && fenceRules.includes(finding.code));
      assert.deepEqual(found, []);
    });
  }
});
