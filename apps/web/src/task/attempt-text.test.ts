import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { AttemptSchema, FailureClass } from "@dwld/rpc";
import { chooseLanguage } from "../words/language.ts";
import { taskWords } from "../words/task.ts";
import { attemptText } from "./attempt-text.ts";

beforeEach(() => chooseLanguage("en"));

const startTime = timestampFromMs(1000);
const endTime = timestampFromMs(3000);

function told(fields: MessageInitShape<typeof AttemptSchema>, { hasResult = false, before = {} } = {}) {
  const attempt = create(AttemptSchema, { startTime, ...fields });
  return attemptText({ attempt, before: create(AttemptSchema, before), hasResult }, 9000);
}

test("try in words: one that failed says what to do, with the site's own words and what it took", () => {
  const advice = [{ languageCode: "en", text: "Wait a little." }];
  const failure = { failureClass: FailureClass.RATE_LIMITED, message: "HTTP Error 429", advice };
  const { tone, outcome, quote, figures } = told({ endTime, exitCode: 1, failure, downloadedBytes: 1_500_000n });
  assert.deepEqual([tone, outcome, quote, figures], ["bad", "Wait a little.", "HTTP Error 429", "2 sec · 1.5 MB"]);
  assert.equal(told({ endTime, failure }, { before: { failure } }).outcome, "The same again.");
});

test("try in words: only what ended well is called downloaded", () => {
  const outcome = (...given: Parameters<typeof told>) => told(...given).outcome;
  assert.equal(outcome({}), "It is under way.");
  assert.equal(outcome({ endTime, exitCode: 0 }), "Downloaded and checked.");
  assert.equal(outcome({ endTime, signal: "SIGKILL" }), "Interrupted. It does not count.");
  assert.equal(outcome({ endTime, failure: { failureClass: FailureClass.KILLED } }), "Interrupted. It does not count.");
  assert.equal(outcome({ endTime, signal: "SIGINT" }, { hasResult: true }), "Downloaded and checked.");
});

test("verification in words: each form that the contract names has its Russian words", () => {
  chooseLanguage("ru");
  const { verifiedBy } = taskWords();
  for (const [english, russian] of [
    ["size", "размер"],
    ["size and SHA-256", "размер и SHA-256"],
    ["size and CRC-32", "размер и CRC-32"],
    ["size and MD5, it was there already", "размер и MD5, файл уже был там"],
    ["size (the server told no SHA-256)", "размер (сервер не сообщил SHA-256)"],
    ["size and read back", "размер и чтение копии"],
    ["left as it was", "на сервере оставлен прежний файл"],
    ["a way of tomorrow", "a way of tomorrow"],
  ] as const)
    assert.equal(verifiedBy(english), russian);
});
