import { type Client, createClient, type Transport } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport } from "@connectrpc/connect-node";
import { DownloadService, Health } from "@dwld/rpc";
import type { CallOrder, CallReport } from "../world/callers.ts";

/** Stock clients, in a process of their own so that their cost does not slow the server. */
const transports = new Map<string, Transport>();
let links = 0;

function transportTo({ protocol, url }: CallOrder): Transport {
  const known = transports.get(url);
  if (known !== undefined) return known;
  const transport =
    protocol === "grpc"
      ? createGrpcTransport({ baseUrl: url })
      : createConnectTransport({ baseUrl: url, httpVersion: "1.1" });
  transports.set(url, transport);
  return transport;
}

/** Adds a new link, for one of fifty chats. */
async function addTask(client: Client<typeof DownloadService>): Promise<void> {
  links += 1;
  await client.addTask({ link: `https://videos.example/${process.pid}/${links}`, chatId: `chat ${links % 50}` });
}

async function carryOut(order: CallOrder): Promise<CallReport> {
  const transport = transportTo(order);
  const downloads = createClient(DownloadService, transport);
  const health = createClient(Health, transport);
  const call = order.call === "add" ? () => addTask(downloads) : () => health.check({});
  const startMs = performance.now();
  let calls = 0;
  const caller = async () => {
    while (performance.now() - startMs < order.durationMs) {
      await call();
      calls += 1;
    }
  };
  await Promise.all(Array.from({ length: order.callers }, caller));
  return { calls, elapsedMs: performance.now() - startMs };
}

process.on("message", (order: CallOrder) => {
  carryOut(order).then(
    (report) => process.send?.(report),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.once("disconnect", () => process.exit());
