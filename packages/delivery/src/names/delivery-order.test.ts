import assert from "node:assert/strict";
import { test } from "node:test";
import type { FileRow } from "@dwld/queue";
import { deliveryOrder } from "./delivery-order.ts";

const file = (name: string, sizeBytes: number): FileRow => ({
  ...{ seq: 0, task_seq: 0, host: "", name, size_bytes: sizeBytes, sha256: "", local_path: "" },
  ...{ destination: null, remote_path: null, holds_name: 1, delivered_at: null, verified_by: null },
});

test("delivery order: the video is last, even if a file beside it is larger, and of several videos the largest", () => {
  const files = [
    file("v.mp4", 500),
    file("v.info.json", 900),
    file("v.en.VTT", 20),
    file("v 2.mp4", 400),
    file("v.jpg", 0),
    file("v.m4a", 1),
  ];
  assert.deepEqual(
    deliveryOrder(files).map(({ name }) => name),
    ["v.jpg", "v.en.VTT", "v.info.json", "v.m4a", "v 2.mp4", "v.mp4"],
  );
});
