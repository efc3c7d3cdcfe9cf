import { once } from "node:events";
import { createServer } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import type { AddressInfo } from "node:net";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { Health, ServingStatus } from "@dwld/rpc/services";

/** The empty call: the library of the api with its two kinds of listener, and nothing behind them. */
const handler = connectNodeAdapter({
  routes: (router) => router.service(Health, { check: () => ({ status: ServingStatus.SERVING }) }),
});
const grpc = createHttp2Server(handler).listen(0, "127.0.0.1");
const connect = createServer(handler).listen(0, "127.0.0.1");
await Promise.all([once(grpc, "listening"), once(connect, "listening")]);
const portOf = ({ port }: AddressInfo) => port;
process.send?.({
  grpc: `http://127.0.0.1:${portOf(grpc.address() as AddressInfo)}`,
  connect: `http://127.0.0.1:${portOf(connect.address() as AddressInfo)}`,
});
process.once("disconnect", () => process.exit());
