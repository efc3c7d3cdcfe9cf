import { once } from "node:events";
import { createSocket } from "node:dgram";
import { createServer, type ServerResponse } from "node:http";
import { createServer as createTcpServer } from "node:net";

/** Addresses of a network that a test has for itself (neighbours.test.ts), and names. */
export const addresses = {
  site: "45.45.45.45",
  /** In a private network. */
  nas: "10.9.8.7",
  /** This machine's, and another one's in its network. */
  own: "93.184.216.34",
  own6: "2a00:1450:1:2::5",
  neighbour: "93.184.216.40",
  neighbour6: "2a00:1450:1:2::99",
} as const;

/** Ports of the NAS that tell of any connection. */
export const rawPorts = { ftp: 21, rtsp: 554, rtmp: 1935, tcp: 9000 } as const;
export const udpPort = 5000;
/** A proxy on the NAS, for a stage. */
export const proxyPort = 3128;

export type Neighbourhood = {
  /** Things touched outside of the site since the last call: names of ports, and first segments of paths. */
  takeTouched(): string[];
};

/**
 * Serves a public site, a NAS, this machine's own services, and DNS.
 *
 * @param video what the proxy on the NAS answers, with a cookie.
 */
export async function startNeighbourhood(video: Buffer): Promise<Neighbourhood> {
  let touched = new Set<string>();
  const web = createServer(({ url = "/", socket }, response) => {
    const isSite = socket.localAddress?.replace("::ffff:", "") === addresses.site;
    if (isSite) return answer(url, response);
    touched.add(url.split("/")[1] ?? "");
    response.writeHead(404).end();
  });
  web.listen(80, "::");
  const headers = {
    "Content-Type": "video/mp4",
    "Content-Length": video.length,
    "Set-Cookie": "visited=1; Max-Age=9999",
  };
  const proxy = createServer((_, response) => response.writeHead(200, headers).end(video));
  proxy.listen(proxyPort, addresses.nas);
  const raw = Object.entries(rawPorts).map(([name, port]) =>
    createTcpServer((socket) => {
      touched.add(name);
      socket.destroy();
    }).listen(port, addresses.nas),
  );
  const udp = createSocket("udp4", () => touched.add("udp")).bind(udpPort, addresses.nas);
  await Promise.all([web, proxy, ...raw, udp, startNames()].map((one) => once(one, "listening")));
  return {
    takeTouched: () => {
      const taken = [...touched].toSorted();
      touched = new Set();
      return taken;
    },
  };
}

const list = (...lines: string[]) =>
  ["#EXTM3U", "#EXT-X-TARGETDURATION:1", ...lines, "#EXTINF:1,", "", "#EXT-X-ENDLIST", ""].join("\n");

const nas = `http://${addresses.nas}`;
const hls = { "Content-Type": "application/vnd.apple.mpegurl" };
const page = (video: string) =>
  `<html><head><title>A page</title></head><body><video src="${video}"></video></body></html>`;
const dash = `<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT2S"
  profiles="urn:mpeg:dash:profile:isoff-on-demand:2011"><Period><AdaptationSet mimeType="video/mp4">
  <Representation id="v" bandwidth="100000" width="64" height="64" codecs="avc1.42c00a"><BaseURL>${nas}/dash</BaseURL>
  </Representation></AdaptationSet></Period></MPD>`;

/** The site: pages whose video is elsewhere. */
function answer(path: string, response: ServerResponse): void {
  // A further connection asks for the address again.
  const say = (headers: Record<string, string>, body: string) =>
    response.writeHead(200, { Connection: "close", ...headers }).end(body);
  const html = (video: string) => say({ "Content-Type": "text/html" }, page(video));
  switch (path) {
    case "/segment.m3u8":
      return void say(hls, list().replace("#EXTINF:1,\n", `#EXTINF:1,\n${nas}/segment`));
    case "/key.m3u8":
      return void say(hls, list(`#EXT-X-KEY:METHOD=AES-128,URI="${nas}/key"`).replace("1,\n", "1,\n/encrypted.ts"));
    case "/encrypted.ts":
      return void say({ "Content-Type": "video/mp2t" }, "0123456789abcdef".repeat(64));
    case "/dash.mpd":
      return void say({ "Content-Type": "application/dash+xml" }, dash);
    case "/redirect":
      return void response.writeHead(302, { Location: `${nas}/redirect` }).end();
    case "/moved.mp4":
      return void response.writeHead(302, { Location: `${nas}/moved` }).end();
    case "/moved":
      return void html("/moved.mp4");
    case "/rebound":
      return void html("/rebound/video.mp4");
    case "/ftp":
      return void html(`ftp://${addresses.nas}/a.mp4`);
    default:
      return void response.writeHead(404).end();
  }
}

/** Answers for names of one label below "example": the site at first, and the NAS at any further question (RFC 1035, 4.1). */
function startNames() {
  const asked = new Set<string>();
  const server = createSocket("udp4", (question, from) => {
    const ends = question.indexOf(0, 12) + 5;
    const name = question.toString("latin1", 12, ends - 5);
    const isA = question.readUInt16BE(ends - 4) === 1;
    const address = asked.has(name) ? addresses.nas : addresses.site;
    if (isA) asked.add(name);
    const header = Buffer.from([0x84, 0, 0, 1, 0, isA ? 1 : 0, 0, 0, 0, 0]);
    // The name of the question, A, IN, for 0 seconds, 4 bytes.
    const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split(".").map(Number)]);
    const parts = [question.subarray(0, 2), header, question.subarray(12, ends), ...(isA ? [record] : [])];
    server.send(Buffer.concat(parts), from.port, from.address);
  });
  return server.bind(53, "127.0.0.1");
}
