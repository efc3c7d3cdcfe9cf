import { once } from "node:events";
import { createServer, type Http2Server, type ServerHttp2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { ConnectRouter } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import {
  type RegisterDownloaderRequest,
  type RegisterDownloaderResponseSchema,
  RegistryService,
  type UnregisterDownloaderRequest,
} from "@dwld/rpc";

type Answer = MessageInitShape<typeof RegisterDownloaderResponseSchema>;

/** A bot on a socket of its own that takes every downloader, or answers as the test says. */
export class TestBot implements AsyncDisposable {
  readonly registered: RegisterDownloaderRequest[] = [];
  readonly unregistered: UnregisterDownloaderRequest[] = [];
  answer: () => Answer | Promise<Answer> = () => ({});
  goodbye: () => void | Promise<void> = () => undefined;
  readonly #server: Http2Server;
  readonly #sessions = new Set<ServerHttp2Session>();

  private constructor(addFurther: (router: ConnectRouter) => void) {
    this.#server = createServer(
      connectNodeAdapter({
        routes: (router) => {
          router.service(RegistryService, {
            registerDownloader: (request) => {
              this.registered.push(request);
              return this.answer();
            },
            unregisterDownloader: async (request) => {
              this.unregistered.push(request);
              await this.goodbye();
              return {};
            },
          });
          addFurther(router);
        },
      }),
    );
    this.#server.on("session", (session) => {
      this.#sessions.add(session);
      session.once("close", () => this.#sessions.delete(session));
    });
  }

  /** @param port 0: a free one. @param addFurther adds services beside dwld's own. */
  static async start(port = 0, addFurther: (router: ConnectRouter) => void = () => undefined): Promise<TestBot> {
    const bot = new TestBot(addFurther);
    bot.#server.listen(port, "127.0.0.1");
    await once(bot.#server, "listening");
    return bot;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** As a process that is killed: connections are cut, and nobody listens any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const session of this.#sessions) session.destroy();
    await closed;
  }
}
