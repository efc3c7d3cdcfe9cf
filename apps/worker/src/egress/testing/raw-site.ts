import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { errorCode } from "@dwld/text";
import type { EgressUrls } from "../egress-proxy.ts";

/** A site that answers each request with the bytes at hand, and closes the connection. */
export type RawSite = AsyncDisposable & {
  readonly port: number;
  /** Sets what it answers, in the pieces in which it is sent. */
  answerWith: (...pieces: readonly (Buffer | string)[]) => void;
};

/** Bound of an answer: a proxy that has forgotten a request never answers. */
const answerWithinMs = 20_000;

export async function startRawSite(): Promise<RawSite> {
  let answer: readonly Buffer[] = [];
  const site = createServer({ noDelay: true }, (socket) => {
    // The proxy breaks off whom it does not understand.
    socket.on("error", () => socket.destroy());
    socket.once("data", () => {
      for (const piece of answer) socket.write(piece);
      socket.end();
    });
  }).listen(0, "127.0.0.1");
  await once(site, "listening");
  return {
    port: (site.address() as AddressInfo).port,
    answerWith: (...pieces) => {
      answer = pieces.map((piece) => (typeof piece === "string" ? Buffer.from(piece, "latin1") : piece));
    },
    [Symbol.asyncDispose]: async () => {
      site.close();
      await once(site, "close");
    },
  };
}

/** The login that every program shows the proxy. */
function loginHeader({ url }: EgressUrls): string {
  const { username, password } = new URL(url);
  return `Proxy-Authorization: Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

/** Sends a request to the proxy, with its login. */
export function sendRaw(proxy: EgressUrls, requestLine: string, ...headers: readonly string[]): Socket {
  const { hostname, port } = new URL(proxy.url);
  const socket = connect(Number(port), hostname);
  const lines = [requestLine, "Host: site", loginHeader(proxy), "Connection: close", ...headers, "", ""];
  socket.write(Buffer.from(lines.join("\r\n"), "latin1"));
  return socket;
}

/**
 * Sends a request to the proxy, and returns all that comes until the connection ends.
 *
 * @throws Error if it does not end
 */
export async function askRaw(proxy: EgressUrls, requestLine: string, ...headers: readonly string[]): Promise<string> {
  const socket = sendRaw(proxy, requestLine, ...headers).setEncoding("latin1");
  socket.setTimeout(answerWithinMs, () => socket.destroy(new Error(`no answer to ${requestLine}`)));
  let answer = "";
  socket.on("data", (text: string) => (answer += text));
  try {
    await once(socket, "close");
  } catch (error) {
    // A reset is an end, too.
    if (errorCode(error) !== "ECONNRESET") throw error;
  }
  return answer;
}
