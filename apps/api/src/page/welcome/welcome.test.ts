import assert from "node:assert/strict";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { after, before, test } from "node:test";
import { serveApi } from "../../testing/served-api.ts";

let api: Awaited<ReturnType<typeof serveApi>>;
before(async () => {
  api = await serveApi({}, { hosts: ["nas.example"] });
});
after(() => api.close());

async function ask(headers: Record<string, string> = {}, method = "GET", path = "/") {
  const { host, port } = api.listeners.http.address;
  const sent = request({ host, port, path, method, headers });
  sent.end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  const chunks = await Array.fromAsync(response.setEncoding("utf8") as AsyncIterable<string>);
  return { status: response.statusCode, headers: response.headers, body: chunks.join("") };
}

const browser = { accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" };

test("welcome page: a browser gets HTML that may load and run nothing, and that names the server as it was reached", async () => {
  const { status, headers, body } = await ask({ ...browser, host: "nas.example:1234" });
  assert.equal(status, 200);
  assert.equal(headers["content-type"], "text/html; charset=utf-8");
  assert.match(String(headers["content-security-policy"]), /^default-src 'none';.*frame-ancestors 'none'$/);
  assert.equal(headers["x-content-type-options"], "nosniff");
  assert.match(body, /<title>dwld<\/title>/);
  assert.match(body, /dwld add --wait --server http:\/\/nas\.example:1234 LINK/);
  assert.match(body, /docs\/guide\.md/);
  assert.doesNotMatch(body, /<script|<img|<link|style=/i);
});

test("welcome page: whoever does not name text/html gets the same as text, and HEAD the headers alone", async () => {
  for (const accept of ["*/*", "", "application/json", "text/html;q=0, */*"]) {
    const { headers, body } = await ask({ accept });
    assert.equal(headers["content-type"], "text/plain; charset=utf-8", accept);
    assert.match(body, /^This is dwld: give it a link/);
  }
  const { status, headers, body } = await ask(browser, "HEAD");
  assert.deepEqual([status, body, headers["content-type"]], [200, "", "text/html; charset=utf-8"]);
  assert.equal(Number(headers["content-length"]), Buffer.byteLength((await ask(browser)).body));
});

test("welcome page: its own curl lines work as they stand there", async () => {
  const { body } = await ask();
  const line = /curl (\S+)\/dwld\.v1\.DownloadService\/ListTasks -H '(\S+): (\S+)' -d '(.*)'/.exec(body);
  const [, server = "", name = "", value = "", data = ""] = line ?? [];
  const url = `${server}/dwld.v1.DownloadService/ListTasks`;
  const answer = await fetch(url, { method: "POST", headers: { [name]: value }, body: data });
  assert.equal(answer.status, 200, await answer.text());
});

test("welcome page: a foreign name gets it neither, and nothing else is answered by it", async () => {
  assert.equal((await ask({ ...browser, host: "evil.example" })).status, 403);
  assert.equal((await ask(browser, "GET", "/other")).status, 404);
  assert.notEqual((await ask(browser, "POST")).status, 200);
});
