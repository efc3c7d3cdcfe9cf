import assert from "node:assert/strict";
import { test } from "node:test";
import { updateSentence } from "./versions-report.ts";

const [version, pinned] = ["2026.11.20", "2026.09.01"];

test("versions report: nothing is said to be used or tried while another version is pinned", () => {
  const of = (result: "candidate" | "current", other: string | null) =>
    updateSentence({ result, version, pinned: other, refused: [] });
  assert.equal(of("current", null), `${version} is used from now on.`);
  assert.match(
    of("current", pinned),
    /^2026\.11\.20 is used as soon as 2026\.09\.01 is unpinned: until .*, that stays/,
  );
  assert.match(of("candidate", null), /^2026\.11\.20 is here, and tried on a fifth/);
  assert.match(of("candidate", pinned), /^2026\.11\.20 is here, and tried as soon as 2026\.09\.01 is unpinned/);
});

test("versions report: a version that a stage names, and that was set aside, is told", () => {
  const refused = [{ version: pinned, reason: "it does not compile: no" }];
  assert.match(
    updateSentence({ result: "nothing_newer", version, pinned: null, refused }),
    /^2026\.09\.01, which a stage names, is set aside: it does not compile: no\. .*\nNothing newer is there/,
  );
});
