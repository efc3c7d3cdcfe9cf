import assert from "node:assert/strict";
import { test } from "node:test";
import { readServerAddress } from "./server-address.ts";

const cases: [text: string, expected: string | undefined][] = [
  ["http://127.0.0.1:8890", "http://127.0.0.1:8890"],
  ["http://127.0.0.1:8890/", "http://127.0.0.1:8890"],
  ["127.0.0.1:8890", "http://127.0.0.1:8890"],
  ["nas:8890", "http://nas:8890"],
  ["[::1]:8890", "http://[::1]:8890"],
  ["https://nas.example/dwld/", "https://nas.example/dwld"],
  ["unix:/run/dwld/api.socket", "unix:/run/dwld/api.socket"],
  ["unix:api.socket", undefined],
  ["", undefined],
  ["ftp://nas", undefined],
  ["http://", undefined],
  ["http://nas:99999", undefined],
  ["http://user:secret@nas", undefined],
  ["http://nas/?a=b", undefined],
];

for (const [text, expected] of cases) {
  test(`server address: "${text}" is ${expected ?? "refused"}`, () => {
    assert.equal(readServerAddress(text), expected);
  });
}
