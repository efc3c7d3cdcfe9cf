/**
 * A bot without Telegram: the other half of dwld, to be read and to be copied from.
 *
 *     dwld ── RegistryService.RegisterDownloader ──▶ bot ── DownloadService.AddTask, WatchTasks ──▶ dwld
 *
 * Usage: main.ts HOST:PORT SECRET_FILE. Downloaders register on HOST:PORT. Each line of the input is a link that somebody
 * in a chat sent; what becomes of it is written to the output. A real bot keeps links and revisions on its disk. For a
 * downloader that asks for them: its token in DWLD_TOKEN, and the fingerprint of its certificate in DWLD_FINGERPRINT.
 */
import { randomUUID } from "node:crypto";
import { createServer } from "node:http2";
import { createInterface } from "node:readline";
import { ConnectError } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { RegistryService } from "@dwld/rpc";
import { errorCode, oneLine, withoutBrackets } from "@dwld/text";
import { end, filled, readSecret } from "./beginning.ts";
import { deliver, ends } from "./deliver.ts";
import { downloaderAt } from "./downloader.ts";
import { Registry } from "./registry.ts";

const [listen = "", secretFile = ""] = process.argv.slice(2);
const { DWLD_TOKEN: token, DWLD_FINGERPRINT: fingerprint } = process.env;
const credentials = { token: filled(token), fingerprint: filled(fingerprint) };
const { host, port } =
  /^(?<host>.+):(?<port>\d{1,5})$/.exec(listen)?.groups ?? end("usage: main.ts HOST:PORT SECRET_FILE");
const registry = new Registry(readSecret(secretFile));
createServer(connectNodeAdapter({ routes: (router) => router.service(RegistryService, registry) }))
  .on("error", (error) => end(`${listen} cannot be listened on (${errorCode(error)})`))
  .listen(Number(port), withoutBrackets(host ?? ""), () => console.log(`* listening on ${listen}`));

for await (const line of createInterface({ input: process.stdin }))
  void take(line.trim()).catch((error: unknown) =>
    console.log(oneLine(`${line}: ${ConnectError.from(error).rawMessage}`)),
  );

async function take(link: string): Promise<void> {
  const address = registry.addressFor(URL.parse(link)?.hostname ?? "");
  if (address === undefined) {
    console.log(`${link}: no downloader takes it`);
    return;
  }
  const client = await downloaderAt(address, credentials);
  const { state, title, failure } = await deliver(client, { link, chatId: "terminal", requestId: randomUUID() });
  // A title is a stranger's text.
  console.log(oneLine(`${link}: ${ends.get(state)} ${title} ${failure?.advice[0]?.text ?? ""}`));
}
