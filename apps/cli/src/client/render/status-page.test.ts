import assert from "node:assert/strict";
import { test } from "node:test";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { type DiskSchema, GetStatusResponseSchema } from "@dwld/rpc";
import { plainLook } from "./look.ts";
import { statusPage } from "./status-page.ts";

const disk = { path: "/d", freeBytes: 3_000n, totalBytes: 10_000n };

const cases: { name: string; disk: MessageInitShape<typeof DiskSchema>; destination?: string; shows: string }[] = [
  { name: "a disk without a reserve", disk, shows: "disk         3.00 kB of 10.0 kB free (30.0%), /d" },
  {
    name: "what is kept free",
    disk: { ...disk, reserveBytes: 3_000n },
    shows: "disk         3.00 kB of 10.0 kB free (30.0%), 3.00 kB kept free, /d",
  },
  {
    name: "a disk that has less",
    disk: { ...disk, reserveBytes: 3_001n },
    shows:
      "disk         3.00 kB of 10.0 kB free (30.0%), 3.00 kB kept free, /d: nothing new is downloaded until there is room",
  },
  {
    name: "what waits",
    disk: { ...disk, waitingBytes: 5_000n },
    destination: "ftp://nas",
    shows: "waiting      5.00 kB for delivery",
  },
  { name: "that nothing waits", disk, destination: "ftp://nas", shows: "waiting      0 B for delivery" },
  {
    name: "how much may wait",
    disk: { ...disk, waitingBytes: 5_000n, maxWaitingBytes: 5_000n },
    destination: "ftp://nas",
    shows: "waiting      5.00 kB for delivery, at most 5.00 kB",
  },
  {
    name: "that more waits than may",
    disk: { ...disk, waitingBytes: 5_001n, maxWaitingBytes: 5_000n },
    destination: "ftp://nas",
    shows: "waiting      5.00 kB for delivery, at most 5.00 kB: nothing new is downloaded until some is delivered",
  },
];

for (const { name, disk: downloadsDisk, destination = "", shows } of cases)
  test(`status page: shows ${name}`, () => {
    const lines = statusPage(create(GetStatusResponseSchema, { downloadsDisk, destination }), plainLook, 0);
    assert.ok(lines.includes(shows), lines.join("\n"));
  });

test("status page: shows the limits that the operator has set, and those that have refused something", () => {
  const limit = { most: 500n, unit: "1" };
  const refused = { refusedCount: 12n, lastRefusedTime: timestampFromMs(0) };
  const limits = [
    { ...limit, subject: "address", name: "connections" },
    { ...limit, subject: "address", name: "streams", ...refused },
    { ...limit, subject: "chat", name: "addsPerMinute" },
  ];
  const lines = statusPage(create(GetStatusResponseSchema, { limits }), plainLook, 65_000);
  assert.deepEqual(lines.slice(lines.indexOf("limits")), [
    "limits",
    "  address     streams: 500  refused 12, last 1m05s ago",
    "  chat        adds per minute: 500",
  ]);
});

test("status: who does not see the machine is told of its tasks alone", () => {
  const lines = statusPage(create(GetStatusResponseSchema, { version: "1", counts: [] }), plainLook, 0);
  assert.deepEqual(lines, ["version  1"]);
});

test("status page: shows a process that runs on from another version than the api's", () => {
  const processes = [
    { app: "worker", host: "nas", pid: 7, version: "1.0.0", alive: true },
    { app: "worker", host: "nas", pid: 8, version: "2.0.0", alive: true },
  ];
  const lines = statusPage(create(GetStatusResponseSchema, { version: "2.0.0", processes }), plainLook, 0);
  assert.ok(lines.includes("  worker      alive  pid 7 on nas  1.0.0 (the api is another version)"), lines.join("\n"));
  assert.ok(lines.includes("  worker      alive  pid 8 on nas  2.0.0"), lines.join("\n"));
});
