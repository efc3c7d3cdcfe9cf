export { countRunner } from "./count-runner.ts";
export type { HandlerOptions } from "./delivery-handler.ts";
export { type Delivery, type DeliveryParts, startDelivery } from "./start-delivery.ts";
export { DestinationError, type FailureKind, type FailurePhase } from "./destination/destination-error.ts";
export type { Destination, HashAlgorithm, MadeFolder, Session } from "./destination/destination.ts";
export { createFolderDestination } from "./destination/folder/folder-destination.ts";
export { type KeptSession, SessionPool } from "./destination/session-pool.ts";
export { SourceFile } from "./source/source-file.ts";
export { type CleanupOptions, PendingCleanup } from "./pending-cleanup.ts";
