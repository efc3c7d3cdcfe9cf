import type { BotSettings } from "@dwld/daemon";
import { RegistryService } from "@dwld/rpc";
import { legacyProtocol } from "../legacy/legacy-protocol.ts";
import { type NewBotClient, registryClient } from "./bot-client.ts";

/** How bots of one protocol are called. */
export type Protocol = {
  /** The full name of the service that such a bot serves. */
  readonly service: string;
  readonly newClient: NewBotClient;
};

/** By the configuration's `register[].protocol`. */
export const protocols: Readonly<Record<BotSettings["protocol"], Protocol>> = {
  "dwld.v1": { service: RegistryService.typeName, newClient: registryClient },
  "grpc.v1": legacyProtocol,
};
