import type { Socket } from "node:net";

const answerWithinMs = 1_000;

/**
 * Sends `text` on a new connection (of `net` or `tls`), and returns whether `pattern` came back. False if nobody listens,
 * or no such answer comes within a second.
 */
export function talk(connect: () => Socket, text: string, pattern: RegExp): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect();
    let heard = "";
    socket.setTimeout(answerWithinMs, () => socket.destroy());
    socket.on("error", () => socket.destroy());
    socket.on("close", () => resolve(pattern.test(heard)));
    socket.setEncoding("utf8").on("data", (more: string) => {
      heard += more;
      if (pattern.test(heard)) socket.end();
    });
    socket.write(text);
  });
}
