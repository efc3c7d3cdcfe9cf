import type { ConnectRouter } from "@connectrpc/connect";
import { AccessService, DownloadService } from "@dwld/rpc";
import { Health } from "@dwld/rpc/services";
import { accessService } from "./access-service/access-service.ts";
import type { Contract } from "./services/contract.ts";
import { batchOptions } from "./listeners/router-options.ts";
import type { ServiceContext } from "./download-service/context.ts";
import { downloadService } from "./download-service/download-service.ts";
import { type HealthSource, healthService } from "./services/health.ts";
import { legacyContract } from "./legacy/legacy-contract.ts";
import { addReflection } from "./services/reflection.ts";

/** The contracts of this server. */
const contracts: readonly Contract[] = [
  {
    service: DownloadService,
    addTo: (router, context) => {
      const methods = downloadService(context);
      // The last route of a method counts.
      router.service(DownloadService, methods).rpc(DownloadService.method.addTasks, methods.addTasks, batchOptions);
    },
  },
  { service: AccessService, addTo: (router, context) => router.service(AccessService, accessService(context)) },
  legacyContract,
];

/** Adds all services, for a listener or a transport in memory. */
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
