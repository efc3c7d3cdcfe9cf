import { type Client, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { DownloadService } from "@dwld/rpc";
import { oneLine } from "@dwld/text";
import { ProofCheck } from "./check-proof.ts";
import { Dispatcher } from "./dispatcher.ts";
import { followTasks } from "./follow-tasks.ts";
import type { Downloader } from "./rank-downloaders.ts";
import { Registry } from "./registry.ts";
import { serveRegistry } from "./serve-registry.ts";

export type BotOptions = {
  host: string;
  /** 0: a free one. */
  port: number;
  secret: string;
  /** How often downloaders are to be heard of. */
  intervalMs: number;
  /** Tells something to a chat, or, without one, to whoever runs the bot. */
  say: (chatId: string | undefined, line: string) => void;
};

/** A downloader that was heard of, and the stream of its tasks. */
type Line = { address: string; client: Client<typeof DownloadService>; hangUp: AbortController };

/** The parts of a bot, wired: the registry says who is there, the dispatcher has the links, a stream a downloader brings news. */
export async function startBot({ host, port, secret, intervalMs, say }: BotOptions) {
  const lines = new Map<string, Line>();
  const dispatcher = new Dispatcher({
    here: () => registry.here(),
    clientOf: (downloader) => lineTo(downloader).client,
    say,
  });
  const registry = new Registry(
    intervalMs,
    {
      onHeard: (downloader) => {
        if (!lines.has(downloader.name))
          say(undefined, oneLine(`${downloader.name} is there, at ${downloader.address}`));
        lineTo(downloader);
        void dispatcher.onHeard(downloader);
      },
      onGoodbye: ({ name }) => {
        say(undefined, oneLine(`${name} said goodbye`));
      },
      onGone: (downloader) => {
        lines.get(downloader.name)?.hangUp.abort();
        lines.delete(downloader.name);
        say(undefined, oneLine(`${downloader.name} is gone`));
        void dispatcher.onGone(downloader);
      },
    },
    () => performance.now(),
  );

  /** One connection a downloader; another one where it has moved. */
  function lineTo(downloader: Downloader): Line {
    const { name, address } = downloader;
    const known = lines.get(name);
    if (known?.address === address) return known;
    known?.hangUp.abort();
    const client = createClient(DownloadService, createGrpcTransport({ baseUrl: `http://${address}` }));
    const line: Line = { address, client, hangUp: new AbortController() };
    lines.set(name, line);
    void followTasks(client, line.hangUp.signal, (event) => {
      dispatcher.onEvent(downloader, event);
    });
    return line;
  }

  const proofs = new ProofCheck(secret, Date.now);
  const server = await serveRegistry({ host, port }, { registry, proofs, intervalMs });
  say(undefined, `listening on ${host}:${server.port}`);
  const timer = setInterval(() => {
    registry.expire();
  }, intervalMs / 2);
  return {
    take: async (chatId: string, link: string) => dispatcher.take(chatId, link),
    close: async () => {
      clearInterval(timer);
      for (const { hangUp } of lines.values()) hangUp.abort();
      await server.close();
    },
  };
}
