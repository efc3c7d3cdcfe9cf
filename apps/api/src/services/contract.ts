import type { DescService } from "@bufbuild/protobuf";
import type { ConnectRouter } from "@connectrpc/connect";
import type { ServiceContext } from "../download-service/context.ts";
import type { HealthSource } from "./health.ts";

/** A service for clients, and how its methods are added. Health checks and reflection name each of them. */
export type Contract = {
  readonly service: DescService;
  readonly addTo: (router: ConnectRouter, context: ServiceContext, health: HealthSource) => void;
};
