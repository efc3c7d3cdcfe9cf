import assert from "node:assert/strict";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { bookmarkAddress } from "./bookmark.ts";

test("bookmark: opens the page with the whole address of the page at which somebody looks", () => {
  for (const server of ["https://nas.example", "http://nas:8080/a%20b%22c"]) {
    const href = 'https://videos.example/watch?v=1&list=2#"t=3"';
    const opened: unknown[] = [];
    const [scheme, code = ""] = bookmarkAddress(server).split(/:(.*)/s);
    runInNewContext(decodeURIComponent(code), {
      location: { href },
      encodeURIComponent,
      open: (...asked: unknown[]) => opened.push(asked),
    });
    assert.deepEqual(
      [scheme, opened],
      ["javascript", [[`${server}/?url=${encodeURIComponent(href)}`, "_blank", "noopener"]]],
    );
    const [[address]] = opened as [[string]];
    assert.equal(new URL(address).searchParams.get("url"), href);
  }
});
