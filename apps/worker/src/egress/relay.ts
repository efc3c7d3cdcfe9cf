import { once } from "node:events";
import { connect, createServer, type Server } from "node:net";
import { type Duplex, pipeline } from "node:stream";
import { connect as connectTls } from "node:tls";
import { withoutBrackets } from "@dwld/text";

export type Relay = { close: () => Promise<void> };

/**
 * Carries the bytes of each connection to a stage's own proxy, which a program in a network namespace does not reach. To an
 * https:// proxy it speaks TLS, since the program knows the proxy by the relay's address, which no certificate has.
 */
export async function startRelay(proxy: URL, socket: Server): Promise<Relay> {
  const open = new Set<Duplex>();
  const server = createServer((client) => {
    const upstream = connectTo(proxy);
    for (const side of [client, upstream]) {
      open.add(side);
      side.on("close", () => open.delete(side));
    }
    // The end or an error of either side ends the other. The program sees it.
    pipeline(client, upstream, () => upstream.destroy());
    pipeline(upstream, client, () => client.destroy());
  });
  server.listen(socket);
  await once(server, "listening");
  return {
    close: async () => {
      server.close();
      for (const side of open) side.destroy();
      await once(server, "close");
    },
  };
}

/** Default ports as yt-dlp has them. */
const defaultPorts: Readonly<Record<string, number>> = { "http:": 80, "https:": 443 };
const socksPort = 1080;

function connectTo({ protocol, hostname, port }: URL): Duplex {
  const host = withoutBrackets(hostname);
  const target = { host, port: Number(port || (defaultPorts[protocol] ?? socksPort)) };
  return protocol === "https:" ? connectTls({ ...target, servername: host }) : connect(target);
}

/** Returns the URL by which a program inside reaches the proxy: with its user and its password. */
export function relayUrl({ protocol, username, password }: URL, port: number): string {
  const userinfo = username === "" ? "" : `${username}${password === "" ? "" : `:${password}`}@`;
  return `${protocol === "https:" ? "http:" : protocol}//${userinfo}127.0.0.1:${port}`;
}
