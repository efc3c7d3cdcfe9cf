import type { Socket } from "node:net";

const answerWithinMs = 1_000;

/**
 * Says `text` on a new connection (of `net` or `tls`), and tells whether `pattern` came back. False where nobody
 * listens, nobody answers within a second, or something else is said.
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
