import assert from "node:assert/strict";
import { test } from "node:test";
import { placeOf } from "./place.ts";

const places: readonly [destination: string, host: string, folder: string][] = [
  ["ftp://nas:21/videos", "nas", "/videos"],
  ["ftps://nas.example/Видео и фильмы", "nas.example", "/Видео и фильмы"],
  ["ftp://[fd00::1]:2121/", "[fd00::1]", "/"],
  ["", "", ""],
];
for (const [destination, host, folder] of places)
  test(`place: ${JSON.stringify(destination)} is ${JSON.stringify(folder)} of ${JSON.stringify(host)}`, () => {
    assert.deepEqual(placeOf(destination), { host, folder });
  });
