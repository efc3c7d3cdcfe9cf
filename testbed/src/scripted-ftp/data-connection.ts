import { once } from "node:events";
import type { FileHandle } from "node:fs/promises";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { finished } from "node:stream/promises";
import { loss, type UploadFault } from "./ftp-script.ts";

/** Listens for one connection on a passive port. */
export class DataConnection {
  readonly #server: Server;
  readonly #connected: Promise<Socket>;

  private constructor(server: Server) {
    this.#server = server;
    const connected = Promise.withResolvers<Socket>();
    this.#connected = connected.promise;
    server.on("connection", (socket) => {
      // An error is seen by the next read or write.
      socket.on("error", () => socket.destroy());
      connected.resolve(socket);
    });
  }

  static async listen(): Promise<DataConnection> {
    // Nothing is read before a command reads it.
    const server = createServer({ pauseOnConnect: true }).listen(0, "127.0.0.1");
    await once(server, "listening");
    return new DataConnection(server);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.close();
    void this.#connected.then((socket) => socket.destroy());
  }

  async send(bytes: Buffer): Promise<void> {
    const socket = await this.#connected;
    socket.end(bytes);
    await finished(socket, { readable: false });
  }

  /**
   * Writes what comes into a file, from `startAt` on, and tells what the fault came to; undefined: all is there. Closes
   * the file, and leaves the connection.
   */
  async receive(
    file: FileHandle,
    startAt: number,
    fault: UploadFault | undefined,
  ): Promise<UploadFault["comes"] | undefined> {
    try {
      const socket = await this.#connected;
      const { atByte, comes } = fault ?? { atByte: Number.POSITIVE_INFINITY, comes: undefined };
      let written = 0;
      if (atByte === 0 && comes !== loss) return comes;
      for await (const chunk of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        const kept = chunk.subarray(0, atByte - written);
        await file.write(kept, 0, kept.length, startAt + written);
        written += kept.length;
        if (written === atByte && comes !== loss) return comes;
      }
      return undefined;
    } finally {
      await file.close();
    }
  }

  async reset(): Promise<void> {
    (await this.#connected).resetAndDestroy();
    this.#server.close();
  }
}
