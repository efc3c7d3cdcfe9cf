import assert from "node:assert/strict";
import { test } from "node:test";
import { LimitReachedError } from "@dwld/limits";
import { hourMs } from "@dwld/timing";
import { settleDownload } from "../runner/settle-download.ts";
import { addedTask, claimed, file, freshDatabase, request } from "../testing/fresh-database.ts";
import { addTask } from "./add-task.ts";
import { bytesByHour } from "./chat-bytes.ts";

test("bytes a day: what was downloaded for a chat counts for a day, then it adds again; other chats are not concerned", async (t) => {
  const database = await freshDatabase(t);
  const download = async (chatId: string, now: number, countsBytes = true) => {
    await addedTask(database, { chatId }, now);
    const outcome = { outcome: "downloaded", files: [file, file], media: {}, host: "here", countsBytes } as const;
    await settleDownload(database, await claimed(database, "download", now), outcome, now);
  };
  const most = 60;
  const perChat = { bytesPerDay: most };
  const perToken = { bytesPerDay: most, name: "bot", chats: ["a", "b"] };
  await download("a", hourMs);
  await download("a", 1.5 * hourMs);
  await download("a", 5 * hourMs, false);
  await addTask(database, request({ chatId: "a" }), 5 * hourMs, { perChat });
  await claimed(database);
  await download("a", 6 * hourMs);
  const now = 7 * hourMs;
  await assert.rejects(addTask(database, request({ chatId: "a" }), now, { perChat }), (error) => {
    assert.ok(error instanceof LimitReachedError);
    const expected = { limit: "bytesPerDay", subject: "chat", holder: "a", most, retryAfterMs: 19 * hourMs };
    assert.deepEqual(error.reached, expected);
    return true;
  });
  await addTask(database, request({ chatId: "b" }), now, { perChat });
  await claimed(database);
  await assert.rejects(addTask(database, request({ chatId: "b" }), now, { perToken }), /bytesPerDay of this token/);
  await addTask(database, request({ chatId: "a" }), now + 19 * hourMs, { perChat });
  await claimed(database);

  await download("b", 40 * hourMs);
  assert.deepEqual(await bytesByHour(database, ["a", "b"], 6 * hourMs), [], "hours that count no more are forgotten");
});
