import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { execa } from "execa";

test("fetch file: a machine whose way to the internet is a proxy fetches through it if Node is told to", async (t) => {
  const asked: string[] = [];
  const proxy = createServer(({ url = "" }, response) => {
    asked.push(url);
    response.end("a release");
  }).listen(0, "127.0.0.1");
  await once(proxy, "listening");
  t.after(() => proxy.close());
  const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const link = "http://releases.dwld.invalid/yt-dlp";
  const script = `import { fetchFile } from ${JSON.stringify(import.meta.resolve("./fetch-file.ts"))};
    const bounds = { maxBytes: 1000, timeoutMs: 20_000, mayAsk: () => true };
    console.log(String(await fetchFile(new URL("${link}"), bounds)));`;
  const env = { NODE_USE_ENV_PROXY: "1", HTTP_PROXY: address, HTTPS_PROXY: address };
  const words = ["--input-type=module", "--eval", script];
  const { stdout, stderr } = await execa(process.execPath, words, { env, extendEnv: false, reject: false });
  assert.equal(stdout, "a release", stderr);
  assert.deepEqual(asked, [link]);
});
