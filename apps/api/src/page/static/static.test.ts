import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import { connect } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { after, before, describe, it } from "node:test";
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from "node:zlib";
import { serveApi, serveApiOverTls } from "../../testing/served-api.ts";

const browser = { accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" };
const script = "console.log('the page');\n".repeat(100);
const files: Record<string, string | Buffer> = {
  "index.html": "<!doctype html><title>the page</title>",
  "assets/page-5XQKD2AB.js": script,
  "assets/page-5XQKD2AB.js.br": brotliCompressSync(script),
  "assets/page-5XQKD2AB.js.gz": gzipSync(script),
  "service-worker.js": "onfetch = () => undefined;",
  "manifest.webmanifest": "{}",
  "version.json": '{ "version": "1" }',
  "version.json.br": Buffer.alloc(18),
  "icon.png": Buffer.from([0x89, 0x50]),
  "icon.svg": "<svg/>",
  "archive.gz": Buffer.from([1, 2]),
};

describe("the page", () => {
  let folder = "";
  let root = "";
  let api: Awaited<ReturnType<typeof serveApi>>;
  let overTls: Awaited<ReturnType<typeof serveApiOverTls>>;
  before(async () => {
    root = await mkdtemp(join(tmpdir(), "dwld-page-"));
    folder = join(root, "page");
    mkdirSync(join(folder, "assets"), { recursive: true });
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    // A person without a token sees the page, in order to enter one.
    api = await serveApi({}, { page: folder, hosts: ["nas.example"], tokens: "required" });
    overTls = await serveApiOverTls({}, { page: folder });
  });
  after(async () => {
    await Promise.all([api.close(), overTls.close()]);
    await rm(root, { recursive: true });
  });

  async function ask(path: string, headers: Record<string, string> = {}, method = "GET") {
    const { host, port } = api.listeners.http.address;
    const sent = request({ host, port, path, method, headers });
    sent.end();
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    return { status: response.statusCode, headers: response.headers, body: await buffer(response) };
  }

  it("page: a browser and its service worker get the document, and curl the text", async () => {
    for (const [path, headers, expected] of [
      ["/", browser, /^<!doctype html><title>the page/],
      ["/?task=0190", browser, /the page/],
      ["/index.html", {}, /the page/],
      ["/", { accept: "*/*", "sec-fetch-dest": "empty" }, /the page/],
      ["/", { accept: "*/*" }, /^This is dwld: give it a link/],
      ["/", { accept: "text/html;q=0" }, /^This is dwld: give it a link/],
    ] as const) {
      const { status, body } = await ask(path, headers);
      assert.equal(status, 200, path);
      assert.match(body.toString(), expected);
    }
  });

  it("page: each file has its type, the policy, and says how long it may be kept", async () => {
    const year = "public, max-age=31536000, immutable";
    for (const [path, type, kept] of [
      ["/index.html", "text/html; charset=utf-8", "no-cache"],
      ["/assets/page-5XQKD2AB.js", "text/javascript; charset=utf-8", year],
      ["/service-worker.js", "text/javascript; charset=utf-8", "no-cache"],
      ["/manifest.webmanifest", "application/manifest+json", "no-cache"],
      ["/version.json", "application/json", "no-cache"],
      ["/icon.png", "image/png", "no-cache"],
      ["/icon.svg", "image/svg+xml", "no-cache"],
    ] as const) {
      const { status, headers, body } = await ask(path);
      assert.deepEqual([status, headers["content-type"], headers["cache-control"]], [200, type, kept], path);
      assert.deepEqual(body, Buffer.from(files[path.slice(1)] ?? ""), path);
      assert.equal(headers["content-length"], String(body.length));
      assertPolicy(headers);
    }
  });

  it("page: what was compressed is sent to those who take it, each form under an entity tag of its own", async () => {
    const path = "/assets/page-5XQKD2AB.js";
    const tags = new Set<unknown>();
    for (const [accepted, encoding, decode] of [
      ["gzip, deflate, br, zstd", "br", brotliDecompressSync],
      ["gzip, br;q=0", "gzip", gunzipSync],
      ["GZIP;q=0.5", "gzip", gunzipSync],
      ["identity, *;q=0", undefined, (plain: Buffer) => plain],
      ["", undefined, (plain: Buffer) => plain],
      ["brotli", undefined, (plain: Buffer) => plain],
    ] as const) {
      const { headers, body } = await ask(path, { "accept-encoding": accepted });
      assert.equal(headers["content-encoding"], encoding, accepted);
      assert.equal(headers.vary, "Accept-Encoding");
      assert.equal(decode(body).toString(), script);
      tags.add(headers.etag);
    }
    assert.equal(tags.size, 3);
    for (const small of ["/icon.png", "/version.json"]) {
      const { headers } = await ask(small, { "accept-encoding": "br, gzip" });
      assert.equal(headers["content-encoding"], undefined, `${small} has no form that is smaller`);
    }
    assert.equal((await ask("/archive.gz")).status, 200, "a file that is no form of another");
    assert.equal((await ask(`${path}.br`)).status, 404, "a form is no file of its own");
  });

  it("page: what a client has already is not sent again, and HEAD gets the headers alone", async () => {
    const { headers } = await ask("/version.json");
    const etag = String(headers.etag);
    for (const [known, status] of [
      [etag, 304],
      [`W/${etag}`, 304],
      [`"other", ${etag}`, 304],
      ["*", 304],
      ['"other"', 200],
      [etag.slice(1, -1), 200],
    ] as const) {
      const again = await ask("/version.json", { "if-none-match": known });
      assert.equal(again.status, status, known);
      assert.equal(again.body.length, status === 304 ? 0 : 18);
      assert.equal(again.headers.etag, etag);
      assertPolicy(again.headers);
    }
    const head = await ask("/version.json", {}, "HEAD");
    assert.deepEqual([head.status, head.body.length, head.headers["content-length"]], [200, 0, "18"]);
  });

  it("page: no spelling of a path leads elsewhere, no other method is answered, and no foreign name or origin", async () => {
    writeFileSync(join(root, "outside"), "outside");
    for (const path of [
      "/../outside",
      "/%2e%2e/outside",
      "/assets/../index.html",
      "/assets/%2e%2e/index.html",
      "//index.html",
      "/assets//page-5XQKD2AB.js",
      "/assets",
      "/assets/",
      "/index.html%00",
      "/index.html/",
      "/INDEX.HTML",
      "/%69ndex.html",
      "/index.html#a",
      "/..%5cindex.html",
      "/constructor",
      "/__proto__",
    ]) {
      const { status, body } = await ask(path, browser);
      assert.ok(status === 404 || status === 401, `${path}: ${status} ${body.toString()}`);
    }
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS"])
      assert.notEqual((await ask("/index.html", browser, method)).status, 200, method);
    assert.equal((await ask("/", { ...browser, host: "nas.example" })).status, 200);
    assert.equal((await ask("/", { ...browser, host: "evil.example" })).status, 403);
    assert.equal((await ask("/version.json", { origin: "https://evil.example" })).status, 403);
  });

  it("page: over TLS a browser gets the same by HTTP/2", async () => {
    const session = connect(overTls.httpUrl, { ca: overTls.ca });
    for (const [path, headers, body] of [
      ["/", browser, files["index.html"]],
      ["/assets/page-5XQKD2AB.js", { "accept-encoding": "br" }, files["assets/page-5XQKD2AB.js.br"]],
    ] as const) {
      const sent = session.request({ ":path": path, ...headers });
      const [answer] = (await once(sent, "response")) as [IncomingHttpHeaders & { ":status": number }];
      assert.equal(answer[":status"], 200);
      assertPolicy(answer);
      assert.deepEqual(await buffer(sent), Buffer.from(body ?? ""));
    }
    session.close();
  });
});

function assertPolicy(headers: IncomingHttpHeaders): void {
  const policy = String(headers["content-security-policy"]);
  for (const rule of [
    "default-src 'none'",
    "script-src 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ])
    assert.ok(policy.split("; ").includes(rule), rule);
  assert.doesNotMatch(policy, /unsafe|\*|https?:/);
  assert.equal(headers["x-content-type-options"], "nosniff");
  assert.equal(headers["referrer-policy"], "no-referrer");
  assert.equal(headers["cross-origin-opener-policy"], "same-origin");
  assert.equal(headers["cross-origin-resource-policy"], "same-origin");
  assert.match(String(headers["permissions-policy"]), /camera=\(\)/);
}
