import assert from "node:assert/strict";
import { test } from "node:test";
import { sectionLabel } from "./section-label.ts";

const cases = [
  [{ startSeconds: 0, endSeconds: 10 }, "0s-10s"],
  [{ startSeconds: 90, endSeconds: 120 }, "1m30s-2m"],
  [{ startSeconds: 3600.25, endSeconds: null }, "1h0.25s-end"],
] as const;

for (const [section, label] of cases)
  test(`a part is called ${label}`, () => {
    assert.equal(sectionLabel(section), label);
  });
