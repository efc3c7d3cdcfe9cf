import assert from "node:assert/strict";
import { test } from "node:test";
import { TaskUrls } from "./task-urls.ts";

const urls = new TaskUrls([
  "https://bot.example/hooks/",
  "https://Bücher.example:8443/a",
  "http://10.0.0.5:9000/",
  "http://nas.lan/",
  "http://localhost:1/x?id=1",
]);

function fault(list: TaskUrls, text: string): string {
  const read = list.read(text);
  assert.ok(typeof read === "string");
  return read;
}

const allowed: [text: string, url: string][] = [
  ["https://bot.example/hooks/", "https://bot.example/hooks/"],
  ["HTTPS://BOT.example:443/hooks/42?key=1", "https://bot.example/hooks/42?key=1"],
  ["https://bot.example/x/../hooks/1", "https://bot.example/hooks/1"],
  ["https://xn--bcher-kva.example:8443/a", "https://xn--bcher-kva.example:8443/a"],
  ["https://xn--bcher-kva.example:8443/a/b", "https://xn--bcher-kva.example:8443/a/b"],
  ["http://localhost:1/x?id=1", "http://localhost:1/x?id=1"],
];

for (const [text, url] of allowed)
  test(`task addresses: ${text} is allowed`, () => {
    const read = urls.read(text);
    assert.ok(typeof read === "object");
    assert.equal(read.url, url);
    assert.equal(read.lane, `tasks ${new URL(url).origin}`);
    assert.ok(urls.hasLane(read.lane));
  });

const refused: [text: string, why: RegExp][] = [
  ["https://bot.example/hooks", /names others/],
  ["https://bot.example/hooksx/1", /names others/],
  ["https://bot.example/hooks/../admin", /names others/],
  ["https://bot.example/hooks/%2e%2e/admin", /names others/],
  ["https://bot.example/hooks/..%2fadmin", /names others/],
  ["https://bot.example/hooks/%5c..%5cadmin", /names others/],
  ["https://bot.example:444/hooks/1", /names others/],
  ["http://bot.example/hooks/1", /names others/],
  ["https://bot.example.evil.example/hooks/1", /names others/],
  ["https://bot.example@evil.example/hooks/1", /user name/],
  ["https://user:pass@bot.example/hooks/1", /user name/],
  ["https://bot.example/hooks/1#part", /behind #/],
  ["https://evil.example\\@bot.example/hooks/1", /names others/],
  ["https://xn--bcher-kva.example:8443/ab", /names others/],
  ["http://localhost:1/x?id=2", /names others/],
  ["http://169.254.169.254/latest/meta-data", /names others/],
  ["http://[::ffff:10.0.0.6]:9000/", /names others/],
  ["file:///etc/passwd", /no http or https/],
  ["/hooks/1", /no http or https/],
  [`https://bot.example/hooks/${"x".repeat(2048)}`, /more than 2048/],
];

for (const [text, why] of refused)
  test(`task addresses: ${text.slice(0, 60)} is refused`, () => {
    assert.match(fault(urls, text), why);
  });

test("task addresses: without a list, none is allowed", () => {
  assert.match(fault(new TaskUrls([]), "https://bot.example/hooks/"), /names no address/);
});

test("task addresses: a private address is reached only where the list names it as private", () => {
  const reaches = (text: string, address: string) => urls.reachOf(new URL(text))?.(address);
  assert.equal(reaches("https://bot.example/hooks/1", "203.0.114.7"), true);
  for (const address of ["127.0.0.1", "10.0.0.5", "169.254.169.254", "::1", "fe80::1", "::ffff:127.0.0.1", "fd00::1"])
    assert.equal(reaches("https://bot.example/hooks/1", address), false, address);
  assert.equal(reaches("http://10.0.0.5:9000/x", "10.0.0.5"), true);
  assert.equal(reaches("http://nas.lan/x", "192.168.0.7"), true);
  assert.equal(reaches("https://evil.example/", "203.0.114.7"), undefined);
});
