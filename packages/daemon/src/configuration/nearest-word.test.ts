import assert from "node:assert/strict";
import { test } from "node:test";
import { nearestWord } from "./nearest-word.ts";

const known = ["listen", "http", "hosts", "passwordFile", "idleTimeoutSeconds", "parallel", "path"];

test("nearest word: a typing error, another spelling or half of a word finds the word", () => {
  const meant: Record<string, string> = {
    lisen: "listen",
    Listen: "listen",
    host: "hosts",
    password: "passwordFile",
    password_file: "passwordFile",
    "idle-timeout-seconds": "idleTimeoutSeconds",
    idleTimeout: "idleTimeoutSeconds",
    paralel: "parallel",
  };
  for (const [word, expected] of Object.entries(meant)) assert.equal(nearestWord(word, known), expected, word);
});

test("nearest word: a word that resembles none finds none", () => {
  for (const word of ["color", "x", "", "frobnicate", "z".repeat(100_000)])
    assert.equal(nearestWord(word, known), undefined, word);
});
