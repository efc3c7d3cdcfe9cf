import assert from "node:assert/strict";
import { type ConnectError, createClient, type Interceptor, type Transport } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import { DownloadService } from "@dwld/rpc";
import type { serveApi } from "./served-api.ts";
import { refusal } from "./test-service.ts";

type ServedApi = Awaited<ReturnType<typeof serveApi>>;

/** For tests: each protocol of an api, over a network. */
export function protocolsOf({
  grpcUrl,
  httpUrl,
}: Pick<ServedApi, "grpcUrl" | "httpUrl">): Record<string, (interceptors: Interceptor[]) => Transport> {
  return {
    gRPC: (interceptors) => createGrpcTransport({ baseUrl: grpcUrl, interceptors }),
    Connect: (interceptors) => createConnectTransport({ baseUrl: httpUrl, httpVersion: "1.1", interceptors }),
    "Connect over HTTP/2": (interceptors) =>
      createConnectTransport({ baseUrl: grpcUrl, httpVersion: "2", interceptors }),
    "gRPC-Web": (interceptors) => createGrpcWebTransport({ baseUrl: httpUrl, httpVersion: "1.1", interceptors }),
    JSON: (interceptors) =>
      createConnectTransport({ baseUrl: httpUrl, httpVersion: "1.1", useBinaryFormat: false, interceptors }),
  };
}

/** For tests: the socket of the machine. */
export function localTransport({ listeners }: Pick<ServedApi, "listeners">): Transport {
  return createConnectTransport({
    baseUrl: "http://localhost",
    httpVersion: "1.1",
    nodeOptions: { socketPath: listeners.socket?.address },
  });
}

/** For tests: sends a header with each call. */
export function sending(value: string | undefined, name = "authorization"): Interceptor[] {
  if (value === undefined) return [];
  return [
    (next) => (call) => {
      call.header.set(name, value);
      return next(call);
    },
  ];
}

/** For tests: opens a stream. Returns a function that resolves to the error that it ends with. */
export async function watchUntilEnd(transport: Transport): Promise<() => Promise<ConnectError>> {
  const stream = createClient(DownloadService, transport).watchTasks({})[Symbol.asyncIterator]();
  await stream.next();
  const ended = async () => {
    for (;;) {
      const { done } = await stream.next();
      if (done === true) assert.fail("it ended without an error");
    }
  };
  const end = refusal(ended());
  return () => end;
}
