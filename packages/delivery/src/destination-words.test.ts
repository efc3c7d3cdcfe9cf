import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { folderRules } from "@dwld/daemon";
import { parseTexts } from "@dwld/queue";
import { testHost } from "@dwld/queue/testing";
import type { Destination } from "./destination/destination.ts";
import { createFolderDestination } from "./destination/folder/folder-destination.ts";
import { makeDeliveryBed, makeTestDeliverer, video } from "./testing/index.ts";

const refusal = "Видео скачано, но облако его не взяло.";

for (const { what, changes, message, advice, ru } of [
  {
    what: "one with a section of the configuration",
    changes: { title: "the cloud", words: { section: "cloud", refusalInRussian: refusal } },
    message: "the cloud computes no hash of what it has, and cloud.verify wants one",
    advice: /^Set cloud\.verify to readback, or to size, and reload/,
    ru: /^Видео скачано, но облако его не взяло\. Set cloud\.verify/,
  },
  {
    what: "the folder of this host, which has none",
    changes: {},
    message: "the download folder computes no hash of what it has, and verify wants one",
    advice: /^Set verify to readback/,
    ru: /^Видео скачано и попадёт в свою папку, когда оператор устранит неполадку\. Set verify/,
  },
])
  test(`words of a destination: a failure speaks in its own, and of its own settings: ${what}`, async () => {
    await using bed = await makeDeliveryBed();
    const downloads = join(bed.folder, "downloads");
    await mkdir(downloads);
    const destination: Destination = { ...createFolderDestination(downloads, testHost), ...changes };
    await using deliverer = makeTestDeliverer(bed, destination, { ...folderRules, verify: "hash" });
    const { id } = await bed.addReady([video("v.mp4")]);
    await deliverer.deliver(await bed.claim());
    const { failure_message, advice_texts } = await bed.task(id);
    assert.equal(failure_message, message);
    const texts = parseTexts(advice_texts);
    assert.match(texts?.en ?? "", advice);
    assert.match(texts?.["ru"] ?? "", ru);
  });
