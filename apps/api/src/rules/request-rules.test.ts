import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { AddTaskRequestSchema, CleanHistoryRequestSchema, ListTasksRequestSchema, TaskState } from "@dwld/rpc";
import { defaultOptions } from "@dwld/options";
import { dayMs } from "@dwld/timing";
import { InvalidRequestError } from "./errors.ts";
import { addTaskRules, checkRequest, cleanHistoryRules, idRules, listTasksRules } from "./request-rules.ts";

const now = Date.UTC(2026, 0, 15);
const link = "https://videos.example/watch?v=1";

const rules = addTaskRules(() => now);

type AddTask = MessageInitShape<typeof AddTaskRequestSchema>;

function checkAddTask(request: AddTask) {
  return checkRequest(rules, create(AddTaskRequestSchema, { link, ...request }));
}

/** The fields that are complained of, and the words. */
function violations(check: () => unknown): Record<string, string> {
  try {
    check();
  } catch (error) {
    assert.ok(error instanceof InvalidRequestError, String(error));
    return Object.fromEntries(error.violations.map(({ field, description }) => [field, description]));
  }
  return {};
}

describe("what AddTask refuses", () => {
  const refused: readonly [what: string, request: AddTask, field: string, words: RegExp][] = [
    ["an empty link", { link: "" }, "link", /empty/],
    ["a link of 10 KB", { link: `https://videos.example/${"a".repeat(10_240)}` }, "link", /at most 4096/],
    ["a link that is not http", { link: "ftp://videos.example/a" }, "link", /http:\/\/ or https:\/\//],
    ["a file link", { link: "file:///etc/passwd" }, "link", /http:\/\/ or https:\/\//],
    ["a link with a newline", { link: "https://videos.example/\n--exec" }, "link", /control character at position 24/],
    ["a link with a zero byte", { link: "https://videos.example/\u0000" }, "link", /control character/],
    ["a link with a space", { link: "https://videos.example/a b" }, "link", /space/],
    ["two links", { link: `${link} ${link}` }, "link", /space/],
    ["a link that begins with a dash", { link: "--exec=reboot" }, "link", /begins with a dash/],
    ["a link without a host", { link: "https://" }, "link", /no host/],
    ["a link with an impossible port", { link: "https://videos.example:99999/" }, "link", /no host/],
    ["a link with a password", { link: "https://me:secret@videos.example/" }, "link", /user name or password/],
    ["an absurd quality", { targetQuality: 4_000_000_000 }, "target_quality", /8640/],
    ["a chat id of 65 characters", { chatId: "c".repeat(65) }, "chat_id", /64/],
    ["a chat id with a newline", { chatId: "a\nb" }, "chat_id", /control/],
    ["a user name with a slash", { userName: "a/b" }, "user_name", /slash/],
    ["a user name with a backslash", { userName: String.raw`a\b` }, "user_name", /slash/],
    ["a user name that climbs", { userName: ".." }, "user_name", /dot/],
    ["a hidden user name", { userName: ".ssh" }, "user_name", /dot/],
    ["a user name with a control character", { userName: "a\u0007" }, "user_name", /control/],
    ["a user name that is an option", { userName: "-rf" }, "user_name", /begins with a dash/],
    ["a user name read from its end", { userName: "\u202Egnp.exe" }, "user_name", /direction/],
    ["a user name that nobody sees", { userName: "\u2800" }, "user_name", /nothing in it that is seen/],
    ["a user name like another's", { userName: "an\u200Bn" }, "user_name", /not seen/],
    ["a user name of 65 bytes", { userName: "é".repeat(33) }, "user_name", /66 bytes/],
    ["a user name that ends with a space", { userName: "a " }, "user_name", /space/],
    ["a user name of half a character", { userName: "a\uD800" }, "user_name", /Unicode/],
    ["a folder that nobody sees", { folder: "a/\u3164" }, "folder", /not seen/],
    ["a link with a mark of direction", { link: `${link}\u200E` }, "link", /not seen/],
    ["a folder that climbs", { folder: "a/../b" }, "folder", /dot/],
    ["an absolute folder", { folder: "/etc" }, "folder", /empty name/],
    ["a folder five deep", { folder: "a/b/c/d/e" }, "folder", /at most 4/],
    ["a start in two years", { startAfter: timestampFromMs(now + 730 * dayMs) }, "start_after", /year/],
    ["a start outside of time", { startAfter: { seconds: 1n << 60n } }, "start_after", /no time/],
    ["a request id of 129 characters", { requestId: "r".repeat(129) }, "request_id", /128/],
  ];
  for (const [what, request, field, words] of refused)
    it(what, () => {
      const found = violations(() => checkAddTask(request));
      assert.deepEqual(Object.keys(found), [field]);
      assert.match(found[field] ?? "", words);
    });

  it("request rules: names every wrong field at once", () => {
    const found = violations(() =>
      checkAddTask({ link: "", targetQuality: 9000, userName: "/", folder: "..", options: { playlistLimit: 2000 } }),
    );
    assert.deepEqual(Object.keys(found), ["link", "target_quality", "user_name", "folder", "options.playlist_limit"]);
  });
});

describe("what AddTask accepts", () => {
  it("request rules: a link is brought into one spelling", () => {
    assert.equal(checkAddTask({ link: "HTTPS://Videos.Example:443/watch" }).link, "https://videos.example/watch");
    assert.equal(
      checkAddTask({ link: "https://видео.example/ролик" }).link,
      new URL("https://видео.example/ролик").href,
    );
  });

  it("request rules: names keep their letters, in composed form", () => {
    const { userName, folder } = checkAddTask({ userName: "Zoe\u0308 🎬", folder: "Фильмы/2026" });
    assert.equal(userName, "Zo\u00EB 🎬");
    assert.equal(folder, "Фильмы/2026");
  });

  it("request rules: missing fields have their defaults", () => {
    assert.deepEqual(checkAddTask({}), {
      link,
      targetQuality: 0,
      chatId: "",
      userName: "",
      folder: "",
      requestId: undefined,
      validateOnly: false,
      notifyUrl: undefined,
      options: defaultOptions,
    });
  });

  it("request rules: a time is understood to the millisecond, and one in the past is let pass", () => {
    assert.equal(checkAddTask({ startAfter: timestampFromMs(now + 1234) }).startAfter, now + 1234);
    assert.equal(checkAddTask({ startAfter: timestampFromMs(0) }).startAfter, 0);
  });
});

describe("the other requests", () => {
  it("request rules: an empty id is told from an unknown one", () => {
    assert.match(violations(() => checkRequest(idRules, { id: "" }))["id"] ?? "", /empty/);
  });

  it("request rules: a filter is checked field by field", () => {
    const request = create(ListTasksRequestSchema, {
      filter: {
        states: [TaskState.DONE, 99 as TaskState, TaskState.UNSPECIFIED],
        text: "t".repeat(201),
        chatId: "c".repeat(65),
      },
      pageSize: -1,
    });
    assert.deepEqual(Object.keys(violations(() => checkRequest(listTasksRules, request))).toSorted(), [
      "filter.chat_id",
      "filter.states[1]",
      "filter.states[2]",
      "filter.text",
      "page_size",
    ]);
  });

  it("request rules: a page holds 50 where nothing else is asked, and 500 at most", () => {
    assert.equal(checkRequest(listTasksRules, create(ListTasksRequestSchema, {})).pageSize, 50);
    assert.equal(checkRequest(listTasksRules, create(ListTasksRequestSchema, { pageSize: 500 })).pageSize, 500);
    const tooLarge = create(ListTasksRequestSchema, { pageSize: 501 });
    assert.deepEqual(Object.keys(violations(() => checkRequest(listTasksRules, tooLarge))), ["page_size"]);
  });

  it("request rules: history that is not final cannot be cleaned", () => {
    const request = create(CleanHistoryRequestSchema, { states: [TaskState.DONE, TaskState.SENDING] });
    const found = violations(() => checkRequest(cleanHistoryRules, request));
    assert.deepEqual(found, { "states[1]": "is none of DONE, FAILED, CANCELED" });
  });
});
