import assert from "node:assert/strict";
import { access } from "node:fs/promises";
import { createConnection } from "node:net";
import { test } from "node:test";
import { startMemcached, type Memcached } from "./memcached.ts";
import { talk } from "./talk.ts";

function say({ server }: Memcached, text: string, pattern: RegExp): Promise<boolean> {
  const [host = "", port] = server.startsWith("unix:") ? [server.slice(5)] : server.split(":");
  return talk(
    () => (port === undefined ? createConnection(host) : createConnection(Number(port), host)),
    text,
    pattern,
  );
}

for (const listen of ["socket", "port"] as const) {
  test(`memcached: on a ${listen} stores, forgets when flushed, goes away and comes back empty`, async () => {
    await using memcached = await startMemcached({ listen });
    assert.ok(await say(memcached, "set a 0 0 1\r\nx\r\nget a\r\n", /STORED\r\nVALUE a/));
    await memcached.flush();
    assert.ok(!(await say(memcached, "get a\r\n", /VALUE a/)));
    assert.ok(await say(memcached, "set a 0 0 1\r\nx\r\n", /STORED/));
    await memcached.goAway();
    assert.ok(!(await say(memcached, "version\r\n", /VERSION/)));
    await memcached.comeBack();
    assert.ok(await say(memcached, "get a\r\n", /END/));
  });
}

test("memcached: a frozen one does not answer until it is thawed", async () => {
  await using memcached = await startMemcached();
  memcached.freeze();
  assert.ok(!(await say(memcached, "version\r\n", /VERSION/)));
  memcached.thaw();
  assert.ok(await say(memcached, "version\r\n", /VERSION/));
});

test("memcached: leaves no socket behind", async () => {
  const memcached = await startMemcached();
  await memcached.stop();
  await assert.rejects(access(memcached.server.slice("unix:".length)));
});
