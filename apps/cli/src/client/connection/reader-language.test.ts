import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { create, fromJsonString } from "@bufbuild/protobuf";
import { FailureClass, FailureSchema, GetTaskResponseSchema, TaskState } from "@dwld/rpc";
import { documents, ProgramBench } from "../testing/program-bench.ts";
import { readerLanguage, type ReaderLanguage } from "./reader-language.ts";

const locales: [environment: Record<string, string>, ReaderLanguage][] = [
  [{}, "en"],
  [{ LANG: "ru_RU.UTF-8" }, "ru"],
  [{ LANG: "ru" }, "ru"],
  [{ LANG: "rue_UA.UTF-8" }, "en"],
  [{ LANG: "en_US.UTF-8", LC_MESSAGES: "ru_RU.UTF-8" }, "ru"],
  [{ LANG: "ru_RU.UTF-8", LC_MESSAGES: "C" }, "en"],
  [{ LANG: "ru_RU.UTF-8", LC_ALL: "en_GB.UTF-8" }, "en"],
  [{ LANG: "ru_RU.UTF-8", LC_ALL: "", LC_MESSAGES: "" }, "ru"],
];
for (const [environment, expected] of locales) {
  test(`reader language: ${JSON.stringify(environment)} reads ${expected}`, () => {
    assert.equal(readerLanguage(environment), expected);
  });
}

const link = "https://site.example/1";
const env = { LANG: "ru_RU.UTF-8" };
const texts = (en: string, ru?: string) => [
  { languageCode: "en", text: en },
  ...(ru === undefined ? [] : [{ languageCode: "ru", text: ru }]),
];
const advice = texts("It was removed.", "Видео удалено.");
const gone = { failureClass: FailureClass.GONE, message: "ERROR: gone", advice };

describe("reader language", { concurrency: 2, timeout: 120_000 }, () => {
  test("reader language: advice is in the language of the locale, below the task and below each attempt", async () => {
    await using on = await ProgramBench.start();
    const { id } = on.api.put({ link, state: TaskState.FAILED, failure: gone, attempts: [{ failure: gone }] });
    const english = await on.run(["show", id]);
    assert.equal(english.stdout.match(/It was removed\./g)?.length, 2);
    assert.doesNotMatch(english.stdout, /удалено/);
    const russian = await on.run(["show", id], { env });
    assert.equal(russian.stdout.match(/Видео удалено\./g)?.length, 2);
    assert.doesNotMatch(russian.stdout, /was removed/);
    assert.match((await on.run(["list"], { env })).stdout, /Видео удалено\./);
  });

  test("reader language: --json has the advice in all languages", async () => {
    await using on = await ProgramBench.start();
    const { id } = on.api.put({ link, state: TaskState.FAILED, failure: gone });
    const { stdout } = await on.run(["show", id, "--json"], { env });
    const { task } = fromJsonString(GetTaskResponseSchema, documents(stdout)[0] ?? "");
    assert.deepEqual(
      task?.failure?.advice.map(({ languageCode, text }) => ({ languageCode, text })),
      advice,
    );
  });

  test("reader language: advice stays English if an older dwld wrote no Russian", async () => {
    await using on = await ProgramBench.start();
    const failure = { ...gone, advice: texts("It was removed.") };
    const { id } = on.api.put({ link, state: TaskState.FAILED, failure });
    assert.match((await on.run(["show", id], { env })).stdout, /It was removed\./);
  });

  for (const command of [["add", "--wait", link], ["watch"]]) {
    test(`reader language: advice in the stream of ${command[0]}`, async () => {
      await using on = await ProgramBench.start();
      if (command[0] === "watch") on.api.put({ link });
      const program = on.start(command, { env });
      await program.until(() => on.api.calls.some(([method]) => method === "watchTasks"));
      const failure = create(FailureSchema, gone);
      on.api.set(on.api.byLink(link)?.id ?? "", { state: TaskState.FAILED, failure });
      await program.until(({ stdout }) => stdout.includes("Видео удалено."));
      program.child.kill("SIGINT");
      await program.ended;
    });
  }
});
