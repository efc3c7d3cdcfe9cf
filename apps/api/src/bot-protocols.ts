import { RegistryService } from "@dwld/rpc";
import { legacyProtocol } from "./legacy/legacy-protocol.ts";
import { type BotProtocols, registryClient } from "./registration/bot-client.ts";

/** The protocols of the setting `register[].protocol`. */
export const botProtocols: BotProtocols = {
  "dwld.v1": { service: RegistryService.typeName, newClient: registryClient },
  "grpc.v1": legacyProtocol,
};
