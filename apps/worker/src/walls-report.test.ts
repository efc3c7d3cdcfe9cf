import assert from "node:assert/strict";
import { test } from "node:test";
import { reportWalls } from "./walls-report.ts";

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
