import { createClient, type Transport } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport } from "@connectrpc/connect-node";
import { DownloadService } from "@dwld/rpc";
import { Health } from "@dwld/rpc/services";
import type { CallOrder, CallReport } from "../world/callers.ts";
import { carryOutOrders } from "../world/program.ts";
import { repeat } from "../world/repeat.ts";

/** Stock clients, in a process of their own so that their cost does not slow the server. */
const transports = new Map<string, Transport>();
let links = 0;

/** The most links of one AddTasks. */
const batchSize = 500;

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

/** A new link, for one of fifty chats. */
function newRequest() {
  links += 1;
  return { link: `https://videos.example/${process.pid}/${links}`, chatId: `chat ${links % 50}` };
}

/** Returns a call that resolves with the number of links, or of calls, that it stands for. */
function callOf(call: CallOrder["call"], transport: Transport): () => Promise<number> {
  const client = createClient(DownloadService, transport);
  const health = createClient(Health, transport);
  switch (call) {
    case "add":
      return async () => client.addTask(newRequest()).then(() => 1);
    case "add many":
      return async () => {
        const { results } = await client.addTasks({ requests: Array.from({ length: batchSize }, newRequest) });
        return results.filter(({ result }) => result.case === "response").length;
      };
    case "check":
      return async () => health.check({}).then(() => 1);
  }
}

async function carryOut(order: CallOrder): Promise<CallReport> {
  const call = callOf(order.call, transportTo(order));
  let calls = 0;
  const counted = async () => {
    const count = await call();
    calls += count;
  };
  const { elapsedMs } = await repeat(counted, order.callers, { durationMs: order.durationMs });
  return { calls, elapsedMs };
}

carryOutOrders(carryOut);
