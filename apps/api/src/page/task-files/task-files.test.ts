import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { Agent, type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { after, before, describe, it } from "node:test";
import { createClient } from "@connectrpc/connect";
import { DownloadService } from "@dwld/rpc";
import { serveApi } from "../../testing/served-api.ts";
import { onSocket, type ServedApi, taskWith } from "../testing/task-with-files.ts";

const content = randomBytes(700_001);

async function ask(api: ServedApi, path: string, headers: Record<string, string> = {}, method = "GET") {
  const { host, port } = api.listeners.http.address;
  const sent = request({ host, port, path, method, headers, agent: false });
  sent.end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, body: await buffer(response) };
}

function assertHarmless(headers: IncomingHttpHeaders): void {
  assert.match(String(headers["content-security-policy"]), /^sandbox; default-src 'none'/);
  assert.equal(headers["x-content-type-options"], "nosniff");
  assert.equal(headers["cross-origin-resource-policy"], "same-origin");
}

describe("files of tasks", () => {
  let api: ServedApi;
  let id = "";
  before(async () => {
    api = await serveApi();
    writeFileSync(join(api.folder, "v.mp4"), content);
    id = await taskWith(api, ["v.mp4"], content.length);
  });
  after(() => api.close());

  it("file: the contract names its address if it is here, and gives it whole, as an attachment", async () => {
    const client = createClient(DownloadService, onSocket(api));
    const [file] = (await client.getTask({ id })).task?.files ?? [];
    assert.equal(file?.downloadPath, `tasks/${id}/files/1`);
    const { status, headers, body } = await ask(api, `/${file.downloadPath}?any=thing`);
    assert.equal(status, 200);
    assert.ok(body.equals(content));
    assert.equal(headers["content-type"], "video/mp4");
    assert.equal(headers["content-disposition"], "attachment; filename*=UTF-8''v.mp4");
    assert.equal(headers["cache-control"], "private, no-cache");
    assert.equal(headers["x-accel-buffering"], "no");
    assertHarmless(headers);
    const elsewhere = await taskWith(api, ["v.mp4"], content.length, { host: "another-machine" });
    const [other] = (await client.getTask({ id: elsewhere })).task?.files ?? [];
    assert.equal(other?.downloadPath, "");
    assert.equal((await ask(api, `/tasks/${elsewhere}/files/1`)).status, 404);
  });

  it("file: a range, what the client has already, and HEAD are answered without the rest", async () => {
    const path = `/tasks/${id}/files/1`;
    const size = content.length;
    const whole = await ask(api, path, {}, "HEAD");
    const etag = String(whole.headers.etag);
    assert.deepEqual([whole.status, whole.body.length, Number(whole.headers["content-length"])], [200, 0, size]);
    assert.equal(whole.headers["accept-ranges"], "bytes");
    for (const [range, start, end] of [
      ["bytes=0-99", 0, 99],
      ["bytes=300000-500000", 300_000, 500_000],
      ["bytes=-1", size - 1, size - 1],
    ] as const) {
      const { status, headers, body } = await ask(api, path, { range, "if-range": etag });
      assert.equal(status, 206);
      assert.equal(headers["content-range"], `bytes ${start}-${end}/${size}`);
      assert.ok(body.equals(content.subarray(start, end + 1)));
    }
    assert.equal((await ask(api, path, { range: "bytes=0-99", "if-range": '"older"' })).body.length, size);
    const beyond = await ask(api, path, { range: `bytes=${size}-` });
    assert.deepEqual([beyond.status, beyond.headers["content-range"]], [416, `bytes */${size}`]);
    assert.deepEqual((await ask(api, path, { range: "bytes=0-1" }, "HEAD")).status, 200);
    const known = await ask(api, path, { "if-none-match": etag });
    assert.deepEqual([known.status, known.body.length], [304, 0]);
    utimesSync(join(api.folder, "v.mp4"), 1, 1);
    assert.equal((await ask(api, path, { "if-none-match": etag })).status, 200, "written to since");
  });

  it("file: a hostile name stays within its header, and the type is one that a browser runs nothing of", async () => {
    const names = [
      ["кот\u202E4pm.mp4", "video/mp4"],
      ['a"; filename=b.mkv', "video/matroska"],
      ["a\r\nset-cookie: a=b.mp3", "audio/mpeg"],
      ["(it's)*!.webm", "video/webm"],
      ["page.html", "application/octet-stream"],
      ["script.js", "application/octet-stream"],
      ["picture.svg", "application/octet-stream"],
      ["words.vtt", "text/vtt; charset=utf-8"],
      ["constructor", "application/octet-stream"],
    ] as const;
    for (const [name] of names) writeFileSync(join(api.folder, name), content);
    const task = await taskWith(
      api,
      names.map(([name]) => name),
      content.length,
    );
    for (const [index, [name, type]] of names.entries()) {
      const { status, headers } = await ask(api, `/tasks/${task}/files/${index + 1}`, {}, "HEAD");
      assert.equal(status, 200, name);
      assert.equal(headers["content-type"], type);
      assert.equal(headers["set-cookie"], undefined);
      const [, encoded = ""] =
        /^attachment; filename\*=UTF-8''([\w.~%-]+)$/.exec(String(headers["content-disposition"])) ?? [];
      assert.equal(decodeURIComponent(encoded), name);
    }
  });

  it("file: what is no longer the file that was verified is not given: gone, shorter, a link, a folder, a pipe, another folder", async () => {
    const task = await taskWith(api, ["there/v.mp4"], content.length);
    const path = join(api.folder, "there/v.mp4");
    const secret = join(api.folder, "..", `${api.folder.split("/").at(-1)}-secret`);
    const isRefused = async (what: string) => {
      const { status, headers, body } = await ask(api, `/tasks/${task}/files/1`);
      assert.equal(status, 404, what);
      assert.match(body.toString(), /^the file is not here any more/);
      assertHarmless(headers);
      rmSync(join(api.folder, "there"), { recursive: true, force: true });
      mkdirSync(join(api.folder, "there"));
    };
    await isRefused("no folder");
    await isRefused("no file");
    writeFileSync(path, content.subarray(1));
    await isRefused("shorter");
    symlinkSync(join(api.folder, "v.mp4"), path);
    await isRefused("a symbolic link");
    mkdirSync(path);
    await isRefused("a folder");
    execFileSync("mkfifo", [path]);
    await isRefused("a pipe");
    const empty = await taskWith(api, ["empty.mp4"], 0);
    execFileSync("mkfifo", [join(api.folder, "empty.mp4")]);
    assert.equal((await ask(api, `/tasks/${empty}/files/1`)).status, 404, "a pipe has no size");
    mkdirSync(secret);
    writeFileSync(join(secret, "v.mp4"), content);
    rmSync(join(api.folder, "there"), { recursive: true });
    symlinkSync(secret, join(api.folder, "there"));
    await isRefused("a link out of the folder");
    rmSync(secret, { recursive: true });
    writeFileSync(path, content);
    assert.equal((await ask(api, `/tasks/${task}/files/1`)).status, 200);
    for (const number of ["0", "2", "01", "-1", "1.0", "1/", "999999", "1%00"])
      assert.equal((await ask(api, `/tasks/${task}/files/${number}`)).status, 404, number);
  });

  it("file: one that becomes shorter on the way ends the connection, so that nobody takes a part for the whole", async () => {
    const path = join(api.folder, "large.mp4");
    const sizeBytes = 256 * 1024 * 1024;
    writeFileSync(path, "");
    truncateSync(path, sizeBytes);
    const task = await taskWith(api, ["large.mp4"], sizeBytes);
    const { host, port } = api.listeners.http.address;
    const agent = new Agent({ keepAlive: true });
    const sent = request({ host, port, path: `/tasks/${task}/files/1`, agent });
    sent.end();
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    truncateSync(path, 1);
    await assert.rejects(buffer(response), { code: "ECONNRESET" });
    agent.destroy();
  });

  it("file: a page of another site or port gets none; the page itself, a typed address and a program do", async () => {
    const path = `/tasks/${id}/files/1`;
    for (const [headers, status] of [
      [{ "sec-fetch-site": "cross-site" }, 403],
      [{ "sec-fetch-site": "same-site" }, 403],
      [{ origin: "https://evil.example" }, 403],
      [{ host: "evil.example" }, 403],
      [{ "sec-fetch-site": "same-origin" }, 200],
      [{ "sec-fetch-site": "none" }, 200],
      [{}, 200],
    ] as const) {
      for (const asked of [path, `/tasks/${id}/thumbnail`])
        assert.equal((await ask(api, asked, headers, "HEAD")).status, status, JSON.stringify(headers));
    }
  });

  it("thumbnail: is given as it is stored, for a day and to one person, and once", async () => {
    const { status, headers, body } = await ask(api, `/tasks/${id}/thumbnail`);
    assert.deepEqual([status, headers["content-type"], body.toString()], [200, "image/jpeg", "a JPEG"]);
    assert.deepEqual([headers["cache-control"], headers.vary], ["private, max-age=86400", "Cookie, Authorization"]);
    assertHarmless(headers);
    const again = await ask(api, `/tasks/${id}/thumbnail`, { "if-none-match": String(headers.etag) });
    assert.deepEqual([again.status, again.body.length], [304, 0]);
  });
});
