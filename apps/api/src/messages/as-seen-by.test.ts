import assert from "node:assert/strict";
import { test } from "node:test";
import { WaitReason } from "@dwld/rpc";
import { asSeenBy } from "./as-seen-by.ts";
import { waitMessage } from "./wait-message.ts";

test("a viewer of some chats: no wait tells whether others load from a site, or how many wait", () => {
  const task = { site: "videos.example", state: "QUEUED" } as const;
  const waits = [
    waitMessage({ reason: "site_limit" }, task),
    waitMessage({ reason: "site_limit", untilMs: 1000 }, task),
    waitMessage({ reason: "place", placeInLine: 7 }, task),
    waitMessage({ reason: "place", placeInLine: undefined }, task),
    waitMessage({ reason: "yielded", untilMs: 1000 }, task),
  ];
  const [first, ...others] = waits.map((wait) => asSeenBy({ role: "user", scope: ["a"] }, wait));
  assert.equal(first?.reason, WaitReason.PLACE);
  for (const other of others) assert.deepEqual(other, first);
  for (const wait of waits) assert.equal(asSeenBy({ role: "user", scope: "all" }, wait).reason, wait.reason);
  const worker = waitMessage({ reason: "worker", runs: false }, task);
  assert.equal(asSeenBy({ role: "user", scope: ["a"] }, worker).reason, WaitReason.WORKER);
});
