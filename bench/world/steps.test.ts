import assert from "node:assert/strict";
import { test } from "node:test";
import { stepOf } from "./steps.ts";

const app = (file: string) => `file:///home/ann/dwld/${file}`;
const library = (name: string) =>
  app(`node_modules/.pnpm/${name.replace("/", "+")}@1.0.0/node_modules/${name}/lib/x.js`);

const stacks: [string, [string, string][]][] = [
  [
    "garbage collection",
    [
      ["(garbage collector)", ""],
      ["claim", app("packages/queue/src/leases/claim-task.ts")],
    ],
  ],
  ["native code", [["(program)", ""]]],
  [
    "better-sqlite3",
    [
      ["run", ""],
      ["run", library("better-sqlite3")],
      ["commit", app("packages/queue/src/store/x.ts")],
    ],
  ],
  [
    "@connectrpc/connect",
    [
      ["x", "node:internal/streams"],
      ["serve", library("@connectrpc/connect")],
    ],
  ],
  [
    "worker/attempt",
    [
      ["spawn", "node:child_process"],
      ["attempt", app("apps/worker/src/attempt/attempt.ts")],
    ],
  ],
  ["queue/store", [["commit", app("packages/queue/src/store/group-commit.ts")]]],
  ["Node.js", [["processTimers", "node:internal/timers"]]],
];

test("steps: a stack belongs to the nearest library or room of the code below what is Node's", () => {
  for (const [step, frames] of stacks) assert.equal(stepOf(frames.map(([name, file]) => ({ name, file }))), step);
});
