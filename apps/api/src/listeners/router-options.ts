import { createRegistry } from "@bufbuild/protobuf";
import type { ConnectRouterOptions, Interceptor } from "@connectrpc/connect";
import type { Logger } from "@dwld/daemon";
import { BadRequestSchema } from "@dwld/rpc";
import { endStreams } from "../access/end-streams.ts";
import { refuseWithoutRight } from "../access/gate.ts";
import { errorInterceptor } from "../rules/errors.ts";
import { limitDetails } from "../rules/limit-error.ts";
import { hideMachine } from "./hide-machine.ts";
import { refuseBeyondBounds } from "./call-bounds.ts";
import type { RpcCounts } from "./rpc-counts.ts";

/** The longest request is a link of 4096 characters with some names around it. */
const maxRequestBytes = 64 * 1024;

/**
 * For AddTasks. Its answer repeats the links, which may be three times as long when they are percent-encoded, and stays below
 * the 4 MiB that stock gRPC clients accept.
 */
export const batchOptions = { readMaxBytes: 1024 * 1024 } as const;

/** Has nginx hand on each message of a stream at once, instead of collecting them. */
const unbuffered: Interceptor = (next) => async (request) => {
  const response = await next(request);
  if (response.stream) response.header.set("x-accel-buffering", "no");
  return response;
};

export function routerOptions(logger: Logger, counts: RpcCounts): ConnectRouterOptions {
  return {
    interceptors: [counts.interceptor, errorInterceptor(logger), unbuffered, endStreams, hideMachine],
    requestGate: (call) => {
      counts.gated(call, () => {
        refuseWithoutRight(call);
        refuseBeyondBounds(call);
      });
    },
    readMaxBytes: maxRequestBytes,
    jsonOptions: {
      // Error details are readable in JSON.
      registry: createRegistry(BadRequestSchema, ...limitDetails),
      // If unknown fields were ignored, a misspelt filter would let CleanHistory forget everything.
      ignoreUnknownFields: false,
    },
  };
}
