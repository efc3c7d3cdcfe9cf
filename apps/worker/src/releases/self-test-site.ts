import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A site that answers as an HTTP proxy: a run inside the walls reaches it, and nothing else, without the internet. */
export type SelfTestSite = AsyncDisposable & {
  /** The address of the proxy. */
  readonly proxy: string;
  /** The page of the video, at a host that no resolver knows. */
  readonly link: string;
  /** The bytes of the video. */
  readonly video: Buffer;
};

const host = "http://self-test.dwld.invalid";
const page = '<!DOCTYPE html><title>Self-test</title><video src="/video.mp4"></video>';

export async function startSelfTestSite(): Promise<SelfTestSite> {
  // The first box of an MP4, and noise.
  const video = Buffer.concat([
    Buffer.from("0000001866747970", "hex"),
    Buffer.from("isom0000isommp42"),
    randomBytes(64 * 1024),
  ]);
  const server = createServer(({ url = "" }, response) => {
    const path = URL.parse(url, host)?.pathname;
    if (path === "/video.mp4")
      response.writeHead(200, { "Content-Type": "video/mp4", "Content-Length": video.length }).end(video);
    else if (path === "/") response.writeHead(200, { "Content-Type": "text/html" }).end(page);
    else response.writeHead(404).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    proxy: `http://127.0.0.1:${port}`,
    link: `${host}/`,
    video,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
