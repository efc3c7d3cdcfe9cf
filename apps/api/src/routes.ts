import { createRegistry } from "@bufbuild/protobuf";
import type { ConnectRouter, ConnectRouterOptions } from "@connectrpc/connect";
import type { Logger } from "@dwld/daemon";
import { BadRequestSchema, DownloadService, Health } from "@dwld/rpc";
import type { Contract } from "./contract.ts";
import type { ServiceContext } from "./download-service/context.ts";
import { downloadService } from "./download-service/download-service.ts";
import { errorInterceptor } from "./errors.ts";
import { type HealthSource, healthService } from "./health.ts";
import { legacyContract } from "./legacy/legacy-contract.ts";
import { addReflection } from "./reflection.ts";
import { refuseStreams } from "./listeners/stream-bound.ts";

/** The longest request is a link of 4096 characters with some names around it. */
const maxRequestBytes = 64 * 1024;

const contracts: readonly Contract[] = [
  {
    service: DownloadService,
    addTo: (router, context) => router.service(DownloadService, downloadService(context)),
  },
  legacyContract,
];

/** The same for every listener, and for a transport in memory. */
export function addRoutes(router: ConnectRouter, context: ServiceContext, health: HealthSource): void {
  for (const contract of contracts) contract.addTo(router, context, health);
  const services = contracts.map(({ service }) => service);
  router.service(
    Health,
    healthService(
      health,
      services.map(({ typeName }) => typeName),
    ),
  );
  addReflection(router, [...services, Health]);
}

export function routerOptions(logger: Logger): ConnectRouterOptions {
  return {
    interceptors: [errorInterceptor(logger), refuseStreams],
    readMaxBytes: maxRequestBytes,
    jsonOptions: {
      // So that an error's details can be read in its JSON.
      registry: createRegistry(BadRequestSchema),
      // A misspelt state would be no filter at all, and CleanHistory would forget everything.
      ignoreUnknownFields: false,
    },
  };
}
