import { createRegistry } from "@bufbuild/protobuf";
import type { ConnectRouterOptions } from "@connectrpc/connect";
import type { Logger } from "@dwld/daemon";
import { BadRequestSchema } from "@dwld/rpc";
import { errorInterceptor } from "../rules/errors.ts";
import { refuseStreams } from "./stream-bound.ts";

/** The longest request is a link of 4096 characters with some names around it. */
const maxRequestBytes = 64 * 1024;

export function routerOptions(logger: Logger): ConnectRouterOptions {
  return {
    interceptors: [errorInterceptor(logger), refuseStreams],
    readMaxBytes: maxRequestBytes,
    jsonOptions: {
      // Error details are readable in JSON.
      registry: createRegistry(BadRequestSchema),
      // If unknown fields were ignored, a misspelt filter would let CleanHistory forget everything.
      ignoreUnknownFields: false,
    },
  };
}
