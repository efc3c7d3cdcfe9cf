import assert from "node:assert/strict";
import { test } from "node:test";
import { readingsOf } from "./readings.ts";

const plain = (text: string | undefined): string | undefined => text?.replaceAll(/\s/g, " ");

const readings: readonly [value: number, unit: string, en: string, ru: string][] = [
  [47.3, "celsius", "47°C", "47 °C"],
  [12.4, "percent", "12%", "12 %"],
  [0.4567, "1", "0.46", "0,46"],
  [3_100_000_000, "bytes", "3.1 GB", "3,1 ГБ"],
  [1200, "rpm", "1,200 rpm", "1 200 rpm"],
];
for (const [value, unit, en, ru] of readings)
  test(`reading: ${value} of ${unit} is ${en}`, () => {
    const sensors = [{ name: "x", value, unit }];
    assert.equal(plain(readingsOf(sensors, "en")[0]?.text), en);
    assert.equal(plain(readingsOf(sensors, "ru")[0]?.text), ru);
  });

test("reading: what is used of a whole is one line with it", () => {
  const used = { name: "memory_used", value: 3e9, unit: "bytes" };
  const total = { name: "memory_total", value: 8e9, unit: "bytes" };
  assert.deepEqual(readingsOf([used, total], "en"), [{ name: "memory", text: "3 GB", whole: "8 GB" }]);
  assert.deepEqual(readingsOf([used], "en"), [{ name: "memory_used", text: "3 GB", whole: undefined }]);
  assert.deepEqual(readingsOf([total], "en"), [{ name: "memory_total", text: "8 GB", whole: undefined }]);
});
