import { createServer, connect, type Server, type Socket } from "node:net";
import { createInterface, type Interface } from "node:readline";

/** A command and a line of its reply. */
export type Exchange = { command: string; reply: string };

/** `cut`: closes the control connection instead; `hold`: sends no reply. */
export type Verdict = "pass" | "cut" | "hold" | { reply: string };

export type Tamper = {
  /** Replies in the server's place, which then never sees the command; undefined lets it through. */
  onCommand?: (command: string) => string | undefined;
  /** Judges each line of a reply before the client sees it. */
  onReply?: (exchange: Exchange) => Verdict | Promise<Verdict>;
};

export type TamperedServer = AsyncDisposable & {
  port: number;
  /** The commands that clients sent, with their passwords. */
  commands: string[];
  tamper: Tamper;
};

/**
 * Stands between a client and the control connection of a real FTP server on loopback, for what no real server does on
 * demand. Data connections go to the real one.
 */
export async function startTampering(server: { port: number }, tamper: Tamper = {}): Promise<TamperedServer> {
  const sockets = new Set<Socket>();
  const tampered = { commands: [] as string[], tamper };
  const listener: Server = createServer((client) => {
    const upstream = connect(server.port, "127.0.0.1");
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    let command = "";
    linesOf(client).on("line", (line) => {
      command = line;
      tampered.commands.push(line);
      const answer = tampered.tamper.onCommand?.(line);
      if (answer === undefined) upstream.write(`${line}\r\n`);
      else client.write(`${answer}\r\n`);
    });
    const pass = async (before: Promise<void>, exchange: Exchange): Promise<void> => {
      await before;
      const verdict = (await tampered.tamper.onReply?.(exchange)) ?? "pass";
      if (verdict === "cut") client.destroy();
      else if (verdict !== "hold") client.write(`${verdict === "pass" ? exchange.reply : verdict.reply}\r\n`);
    };
    let judged = Promise.resolve();
    linesOf(upstream).on("line", (reply) => {
      const exchange = { command, reply };
      judged = pass(judged, exchange);
    });
  });
  await new Promise<void>((resolve) => void listener.listen(0, "127.0.0.1", resolve));
  const address = listener.address();
  return Object.assign(tampered, {
    port: typeof address === "object" && address !== null ? address.port : 0,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => void listener.close(() => resolve()));
    },
  });
}

/** Splits into lines. Errors are handled at the socket; readline repeats them. */
function linesOf(socket: Socket): Interface {
  return createInterface({ input: socket }).on("error", () => socket.destroy());
}
