import assert from "node:assert/strict";
import { once } from "node:events";
import { copyFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test, type TestContext } from "node:test";
import { parseOptions, type TaskOptions } from "@dwld/options";
import { type FtpServer, makeCertificate, makeVideo, type SiteVideo, startVsftpd } from "@dwld/testbed";
import { type EgressProxy, startEgressProxy } from "../egress/egress-proxy.ts";
import { refusalWords } from "../egress/refusal.ts";
import { assertFailed, newestProgram, programs, startAgainstSite, startSite } from "./testing/against-site.ts";

/**
 * Pages whose video comes by another protocol than HTTP, from hosts of the private network. A section is requested:
 * yt-dlp then has ffmpeg download it, which knows more protocols and no proxy for them.
 */

const part = { ...parseOptions({ options: "{}" }), sections: [{ startSeconds: 0, endSeconds: 1 }] };
const refusals = new RegExp(refusalWords.protocol);
const whole = parseOptions({ options: "{}" });

let ftp: FtpServer;
let secret = "";
let certificates = "";
before(async () => {
  certificates = await mkdtemp(join(tmpdir(), "dwld-certificates-"));
  ftp = await startVsftpd();
  secret = await makeVideo({ seed: "secret", seconds: 2 });
  for (const name of ["secret.mp4", "wanted.mp4"]) await copyFile(secret, join(ftp.root, name));
});
after(async () => {
  await ftp.stop();
  await rm(certificates, { recursive: true });
});

const ftpLink = (name: string) =>
  `ftp://${ftp.user}:${encodeURIComponent(ftp.password)}@127.0.0.1:${ftp.port}${ftp.directory}/${name}`;

async function startProxy(context: TestContext, isAllowed: (address: string) => boolean): Promise<EgressProxy> {
  const proxy = await startEgressProxy((address) => (isAllowed(address) ? undefined : "private"));
  context.after(() => proxy.close());
  return proxy;
}

/** Serves one file with a self-signed certificate, which ffmpeg accepts. */
async function startHttps(context: TestContext, host: string, file: string) {
  const { certificateFile, keyFile } = await makeCertificate(certificates);
  const body = await readFile(file);
  const server = createHttpsServer(
    { cert: await readFile(certificateFile), key: await readFile(keyFile) },
    (_request, response) => {
      response.writeHead(200, { "Content-Type": "video/mp4", "Content-Length": body.length }).end(body);
    },
  );
  let connections = 0;
  server.on("connection", () => (connections += 1));
  server.listen(0, host);
  await once(server, "listening");
  context.after(() => server.close());
  return { url: `https://${host}:${(server.address() as AddressInfo).port}`, connections: () => connections };
}

/** A SOCKS 5 proxy without a password (RFC 1928), for IPv4 addresses. */
async function startSocks(context: TestContext) {
  let connections = 0;
  const server = createServer((client) => {
    client.on("error", () => client.destroy());
    client.once("data", () => {
      client.write(Buffer.from([5, 0]));
      client.once("data", (request) => {
        connections += 1;
        const host = request.subarray(4, 8).join(".");
        const upstream = connect({ host, port: request.readUInt16BE(8) }, () => {
          client.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
          client.pipe(upstream).pipe(client);
        });
        upstream.on("error", () => client.destroy());
      });
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `socks5://127.0.0.1:${port}`, connections: () => connections };
}

/** A silent server for any protocol, which counts its connections. */
async function startListener(context: TestContext) {
  let calls = 0;
  const server = createServer((socket) => {
    calls += 1;
    socket.destroy();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => server.close());
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, calls: () => calls };
}

const page = (link: string) => ({
  page: {
    kind: "answer" as const,
    headers: { "Content-Type": "text/html" },
    body: `<html><head><title>A page</title></head><body><video src="${link}"></video></body></html>`,
  },
});

for (const program of programs)
  describe(`protocols beside HTTP, ${program}`, { concurrency: 2 }, () => {
    const only = { skip: !newestProgram.some((newest) => newest === program) };

    test("with a proxy, nothing bypasses it, for a section or the whole, and the person reads why", async (context) => {
      const listener = await startListener(context);
      const links = {
        ftp: ftpLink("secret.mp4"),
        rtmp: `rtmp://${listener.host}/live/secret`,
        rtsp: `rtsp://${listener.host}/secret`,
        ws: `ws://${listener.host}/secret.mp4`,
        file: `file://${secret}`,
        // The ending makes the file a playlist, which ffmpeg reads.
        "file-hls": `file://${secret}?.m3u8`,
        data: `data:video/mp4;base64,${(await readFile(secret)).toString("base64")}`,
      };
      const list = ["#EXTM3U", "#EXT-X-TARGETDURATION:1", "#EXTINF:1,", links.ftp, "#EXT-X-ENDLIST", ""].join("\n");
      const headers = { "Content-Type": "application/vnd.apple.mpegurl" };
      const videos: SiteVideo[] = [
        ...Object.entries(links).map(([name, link]) => ({ name, ...page(link) })),
        { name: "segment", format: "hls", media: { kind: "answer", only: "index.m3u8", headers, body: list } },
      ];
      const site = await startSite(context, { videos });
      const on = await startAgainstSite(context, program, { egressProxy: await startProxy(context, () => true) });
      const refused = async (name: string, wishes: TaskOptions) => {
        await assertFailed(on, await on.play(await on.add(site.pageLink(name), wishes)), {
          failureClass: "invalid_url",
          steps: ["plain invalid_url"],
          message: new RegExp(`Protocol refused by dwld: the video comes by "${name.replace("-hls", "")}"`),
        });
      };
      for (const name of Object.keys(links)) await refused(name, part);
      for (const name of ["ftp", "rtmp", "ws"]) await refused(name, whole);
      assert.match((await on.play(await on.add(site.pageLink("segment"), whole))).task.failure_message ?? "", refusals);
      assert.equal((await on.play(await on.add(site.pageLink("segment"), part))).task.state, "FAILED");
      assert.doesNotMatch(await ftp.log(), /secret/);
      assert.equal(listener.calls(), 0);
    });

    test(
      "without a proxy, a section of a video on an FTP server arrives, and no file of this machine",
      only,
      async (context) => {
        const videos = [
          { name: "ftp", ...page(ftpLink("wanted.mp4")) },
          { name: "file", ...page(`file://${secret}?.m3u8`) },
        ];
        const site = await startSite(context, { videos });
        const on = await startAgainstSite(context, program);
        const { task } = await on.play(await on.add(site.pageLink("ftp"), part));
        assert.equal(task.state, "DONE", task.failure_message ?? "");
        await assertFailed(on, await on.play(await on.add(site.pageLink("file"), part)), {
          failureClass: "invalid_url",
          steps: ["plain invalid_url"],
          message: /Protocol refused by dwld/,
        });
      },
    );

    test("a section by HTTPS: ffmpeg goes by the proxy, to public addresses alone", only, async (context) => {
      const inside = await startHttps(context, "127.0.0.2", secret);
      const outside = await startHttps(context, "127.0.0.3", secret);
      const asked = new Set<string>();
      const egressProxy = await startProxy(context, (address) => {
        asked.add(address);
        return address !== "127.0.0.2";
      });
      const site = await startSite(context, {
        videos: [
          { name: "inside", ...page(`${inside.url}/a.mp4`) },
          { name: "outside", ...page(`${outside.url}/a.mp4`) },
        ],
      });
      const on = await startAgainstSite(context, program, { egressProxy, maxAttempts: 1 });
      assert.equal((await on.play(await on.add(site.pageLink("inside"), part))).task.state, "FAILED");
      assert.equal(inside.connections(), 0);
      const { task } = await on.play(await on.add(site.pageLink("outside"), part));
      assert.equal(task.state, "DONE", task.failure_message ?? "");
      assert.deepEqual([...asked].toSorted(), ["127.0.0.1", "127.0.0.2", "127.0.0.3"]);
    });

    test("a stream description instead of a video: ffmpeg opens no port for it", only, async (context) => {
      const headers = { "Content-Type": "video/mp4" };
      const body =
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n";
      const site = await startSite(context, { videos: [{ name: "sdp", media: { kind: "answer", headers, body } }] });
      const on = await startAgainstSite(context, program, {
        egressProxy: await startProxy(context, () => true),
        maxAttempts: 1,
        worker: { idleTimeoutSeconds: 10 },
      });
      const { task } = await on.play(await on.add(site.pageLink("sdp"), part));
      // AVERROR_INVALIDDATA. If ffmpeg opened the port, it would wait for packets and end with 234.
      assert.match(task.failure_message ?? "", /ffmpeg exited with code 183/);
    });

    test("a proxy of a kind that ffmpeg does not know is not bypassed", only, async (context) => {
      const proxy = await startSocks(context);
      const site = await startSite(context, { videos: [{ name: "a" }] });
      const on = await startAgainstSite(context, program, { stages: { plain: { proxy: proxy.url } }, maxAttempts: 1 });
      await assertFailed(on, await on.play(await on.add(site.pageLink("a"), part)), {
        failureClass: "proxy_error",
        steps: ["plain proxy_error"],
        message: /ffmpeg.* goes by an http:\/\/ proxy alone: a socks5 proxy is not supported/,
      });
      assert.equal(site.requests.length, proxy.connections());
    });
  });
