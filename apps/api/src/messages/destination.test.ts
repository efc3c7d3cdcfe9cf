import assert from "node:assert/strict";
import { test } from "node:test";
import { deliveryOf, parseConfiguration } from "@dwld/daemon";
import { describeDestination, pathBy } from "./destination.ts";

const task = { userName: "ann", folder: "films/2026", site: "youtube", chatId: "7" };
const server = "ftp: { host: nas.example, user: u, passwordFile: p, directory: /videos";

const written = (text: string) => deliveryOf(parseConfiguration(text, { file: "/etc/dwld/dwld.yaml" }));

const cases: [what: string, configuration: string, expected: string, below: string][] = [
  ["delivery off", "worker: { downloads: /d }", "/d/ann/films/2026/{name}", "ann/films/2026/{name}"],
  [
    "the path that is usual",
    `${server} }`,
    "ftp://nas.example:21/videos/ann/films/2026/{name}",
    "ann/films/2026/{name}",
  ],
  [
    "a path of one's own",
    `${server}, path: "{site}/{chat_id}/{date} {title}.{ext}", tls: { mode: explicit } }`,
    "ftps://nas.example:21/videos/youtube/7/{date} {title}.{ext}",
    "youtube/7/{date} {title}.{ext}",
  ],
];
for (const [what, text, expected, below] of cases)
  test(`destination: the destination of a task that is only checked, and what is told of it beside the machine: ${what}`, () => {
    const pathOf = pathBy(written(text));
    assert.deepEqual([pathOf(task, true), pathOf(task, false)], [expected, below]);
  });

test("the destination: a task without user and folder leaves no empty folder in its path", () => {
  const nowhere = { ...task, userName: "", folder: "" };
  const [ftp, off] = [written(`${server} }`), written("worker: { downloads: /d }")];
  assert.equal(pathBy(ftp)(nowhere, true), "ftp://nas.example:21/videos/{name}");
  assert.equal(pathBy(off)(nowhere, true), "/d/{name}");
  assert.deepEqual([pathBy(ftp)(nowhere, false), pathBy(off)(nowhere, false)], ["{name}", "{name}"]);
});

test("the destination: its description is the server's URL without credentials, and nothing if files stay", () => {
  assert.equal(describeDestination(written(`${server} }`)), "ftp://nas.example:21/videos");
  assert.equal(describeDestination(written("worker: { downloads: /d }")), "");
});
