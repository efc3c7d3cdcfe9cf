/**
 * A bot without Telegram: the other half of dwld, as small as it can be, to be read and to be copied from.
 *
 *     dwld ── RegistryService.RegisterDownloader ──▶ bot ── DownloadService.AddTask, WatchTasks ──▶ dwld
 *
 * Downloaders that have it under `register` in their configuration make themselves known to it. Each line of its input
 * stands for a link that somebody in a chat sent; what becomes of the link is written to its output.
 *
 *   check-proof.ts        that a downloader knows the secret
 *   registry.ts           which downloaders are there; who falls silent is gone
 *   rank-downloaders.ts   which of them takes a link, and which is the best for it
 *   dispatcher.ts         gives a link to one, and to another when that one is gone
 *   follow-tasks.ts       hears what becomes of it, over every break
 *   serve-registry.ts     what downloaders call
 *   start-bot.ts          the parts, wired
 *
 * It keeps nothing on a disk. A real bot keeps its orders (order.ts) there, and the last revision of each downloader.
 */
import { createInterface } from "node:readline";
import { type Arguments, readArguments, usage, UsageError } from "./read-arguments.ts";
import { startBot } from "./start-bot.ts";

const say = (chatId: string | undefined, line: string) =>
  process.stdout.write(chatId === undefined ? `* ${line}\n` : `[${chatId}] ${line}\n`);
const given = readGiven();
const bot = await startBot({ ...given, say }).catch((error: unknown) => {
  process.stderr.write(`bot-example: cannot listen on ${given.host}:${given.port}: ${(error as Error).message}\n`);
  process.exit(1);
});
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => void bot.close().then(() => process.exit(0)));

for await (const line of createInterface({ input: process.stdin })) {
  const [link = "", chatId = "terminal"] = line.trim().split(/\s+/).toReversed();
  if (link !== "") void bot.take(chatId, link);
}

function readGiven(): Arguments {
  try {
    const read = readArguments(process.argv.slice(2));
    if (read !== undefined) return read;
    process.stdout.write(usage);
    process.exit(0);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`bot-example: ${error.message}\n`);
    process.exit(2);
  }
}
