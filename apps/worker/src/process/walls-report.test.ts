import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { execa } from "execa";
import { callFilter } from "../sandbox/call-filter.ts";
import { reportWalls, type WallsReport } from "./walls-report.ts";

const auto = { wall: "auto", allowPrivateHosts: false } as const;
const opened = { sandboxes: { perl: "", kernel: { architecture: "x64", landlock: 6 }, read: [], ports: [] } } as const;
const ofFiles = { sandboxes: { ...opened.sandboxes, ports: null } };
const noSandbox = { missing: "no Landlock" } as const;
const operations = /docs\/operations\.md/;

for (const [what, settings, tried, [networkNamespace, sandbox], text, remedy] of [
  ["both", auto, { unwalled: undefined, sandboxes: opened }, [true, true], /namespace of their own; each run/, /^$/],
  ["no namespace", auto, { unwalled: "EPERM", sandboxes: opened }, [false, true], /no network.*EPERM;/, operations],
  [
    "no namespace and a proxy of a stage",
    auto,
    { unwalled: "EPERM", sandboxes: ofFiles },
    [false, true],
    /, and leaves TCP open$/,
    operations,
  ],
  [
    "a namespace and no ports",
    auto,
    { unwalled: undefined, sandboxes: ofFiles },
    [true, true],
    /files but its own task's$/,
    /^$/,
  ],
  ["no sandbox", auto, { unwalled: undefined, sandboxes: noSandbox }, [true, false], /no Landlock$/, operations],
  [
    "private hosts",
    { ...auto, allowPrivateHosts: true },
    { unwalled: undefined, sandboxes: opened },
    [false, true],
    /^links may lead into private networks/,
    /^$/,
  ],
  [
    "the wall off",
    { ...auto, wall: "off" },
    { unwalled: "worker.wall is off", sandboxes: noSandbox },
    [false, false],
    /is off;.*no sandbox/,
    /^$/,
  ],
] as const)
  test(`walls report: ${what}`, () => {
    const report = reportWalls(settings, tried);
    assert.deepEqual([report.walls.networkNamespace, report.walls.sandbox], [networkNamespace, sandbox]);
    assert.match(report.walls.text, text);
    assert.match(report.remedy, remedy);
  });

/** Containers refuse namespaces by such a filter of their own, as Docker's default profile does. */
for (const [where, proxies, text] of [
  [
    "in a container that refuses namespaces, the sandbox stands alone",
    [],
    /unshare.*; each run is in a sandbox.* task's$/,
  ],
  [
    "there, a stage's own proxy leaves TCP open",
    ["http://own:1"],
    /unshare.*; each run is in a sandbox.*leaves TCP open$/,
  ],
] as const)
  test(`walls report: ${where}, which the report says`, async (context) => {
    const folder = await mkdtemp(join(tmpdir(), "dwld-walls-"));
    context.after(() => rm(folder, { recursive: true }));
    const filter = join(folder, "filter");
    await writeFile(filter, callFilter(process.arch === "arm64" ? "arm64" : "x64", false));
    const program = join(import.meta.dirname, "testing/tell-walls.ts");
    const contained = ["--no-new-privs", "--seccomp-filter", filter, process.execPath, program, ...proxies];
    const { stdout, stderr } = await execa("setpriv", contained, { reject: false });
    if (/unrecognized option/.test(stderr)) return context.skip("NOT TESTED: this setpriv has no --seccomp-filter");
    assert.notEqual(stdout, "", stderr);
    const { walls } = JSON.parse(stdout) as WallsReport;
    if (/no Landlock|not known/.test(walls.text)) return context.skip(`NOT TESTED: ${walls.text}`);
    assert.deepEqual([walls.networkNamespace, walls.sandbox], [false, true], walls.text);
    assert.match(walls.text, text);
  });
