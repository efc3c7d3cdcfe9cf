import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { addTaskRules } from "../../rules/request-rules.ts";
import { judgeLink } from "./judge-link.ts";
import type { LegacyLink } from "./legacy-links.ts";

const link = "https://videos.example/watch?v=1";
const sites = { videos: { hosts: ["videos.example"] } };
const rules = addTaskRules(Date.now);

function row(given: Partial<LegacyLink> = {}): LegacyLink {
  const nothing = { filename: null, quality: null, message: null, userName: null };
  return { row: 1, link, linkBytes: 1, status: "NEW", ...nothing, ...given };
}

function taken(given: Partial<LegacyLink>) {
  const verdict = judgeLink(row(given), rules, sites);
  assert.ok("take" in verdict, JSON.stringify(verdict));
  return { ...verdict.take.request, over: verdict.take.over, note: verdict.note };
}

function refused(given: Partial<LegacyLink>): string {
  const verdict = judgeLink(row(given), rules, sites);
  assert.ok("refused" in verdict, JSON.stringify(verdict));
  return verdict.refused;
}

describe("a row of the first dwld's database", () => {
  it("legacy link: becomes what its link, user and quality ask for", () => {
    const { site, userName, folder, targetQuality, chatId, over, note } = taken({
      userName: "ann/films",
      quality: 720,
    });
    assert.deepEqual([site, userName, folder, targetQuality, chatId], ["videos", "ann", "films", 720, ""]);
    assert.deepEqual([over, note], [undefined, ""]);
  });

  it("legacy link: is history where it was DONE, with its name and its last word, and no secret of it", () => {
    const done = taken({
      status: "DONE",
      filename: "/srv/ann/A film.mp4",
      message: "got\u001B[31m https://ann:hush@videos.example/1\n",
    });
    assert.equal(done.title, "A film.mp4");
    assert.match(done.over?.remark?.en ?? "", /first dwld/);
    assert.match(done.over?.remark?.en ?? "", /got https:\/\/\[redacted\]@videos\.example\/1$/);
    assert.equal(taken({ status: "DONE" }).title, "");
  });

  it("legacy link: is downloaded anew where its file was on its way, and that is said", () => {
    for (const status of ["TO_SEND", "SENDING"]) {
      const { over, note } = taken({ status, filename: "1.mp4" });
      assert.equal(over, undefined);
      assert.match(note, new RegExp(`^it was ${status}: .*downloaded anew$`));
    }
    assert.equal(taken({ status: "WORK" }).note, "");
    assert.equal(taken({ status: " new\n" }).note, "");
  });

  it("legacy link: is cleaned where it can be, and that is said", () => {
    const cases: [given: Partial<LegacyLink>, note: RegExp][] = [
      [{ userName: "../.ann" }, /^its folder "\.\.\/\.ann" is "ann" here$/],
      [{ userName: "\u202Eann\u0000" }, /^its folder "ann" is "ann" here$/],
      [{ quality: -1 }, /^its quality -1 is no cap/],
      [{ quality: 9e18 }, /is no cap/],
    ];
    for (const [given, note] of cases) assert.match(taken(given).note, note);
    for (const userName of [null, "", "ann", "анна/кино 😀", "a.b"]) assert.equal(taken({ userName }).note, "");
    assert.equal(taken({ link: `\n ${link} ` }).link, link);
  });

  it("legacy link: is refused with the reason where its link or its state is none", () => {
    const cases: [given: Partial<LegacyLink>, reason: RegExp][] = [
      [{ link: null, linkBytes: null }, /^it has no link$/],
      [{ link: null, linkBytes: 70_000 }, /^its link takes 70000 bytes/],
      [{ link: "" }, /^link is empty/],
      [{ link: " \n" }, /^link is empty/],
      [{ link: "videos.example/1" }, /^link does not begin with http/],
      [{ link: "javascript:alert(1)" }, /^link does not begin with http/],
      [{ link: "https://videos.example/a b" }, /^link has a space or a control character/],
      [{ link: "https://videos.example/\u0007" }, /^link has a space or a control character/],
      [{ link: `${link}${"a".repeat(10_000)}` }, /^link has 10032 characters/],
      [{ link: "https://ann:hush@videos.example/1" }, /^link holds a user name or password/],
      [{ link: "https://" }, /^link names no host/],
      [{ status: null }, /^its work_status is NULL, and none of NEW, /],
      [{ status: "" }, /^its work_status is "", and none of/],
      [{ status: "ERR\u001B[2J" }, /^its work_status is "ERR", and none of/],
    ];
    for (const [given, reason] of cases) {
      const said = refused(given);
      assert.match(said, reason);
      assert.ok(!said.includes("hush"));
    }
  });
});
