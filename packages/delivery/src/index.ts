export { DeliveryProgress, startReporting } from "./delivery-progress.ts";
export type { DeliveryContext } from "./delivery-context.ts";
export { createDeliveryHandler } from "./delivery-handler.ts";
export { type Delivery, type DeliveryParts, startDelivery } from "./start-delivery.ts";
export type { DeliveryRules } from "./deliver/upload.ts";
export {
  type Destination,
  DestinationError,
  type FailureKind,
  type FailureStage,
  type HashAlgorithm,
  type Session,
} from "./destination/destination.ts";
export { DestinationWatch } from "./destination/destination-watch.ts";
export { FolderError } from "./destination/folder/folder-error.ts";
export { type MadeFolder, makeFolder } from "./destination/folder/make-folder.ts";
export { placeFile } from "./destination/folder/place-file.ts";
export { type KeptSession, SessionPool } from "./destination/session-pool.ts";
export { elsewhereFacts, failureFacts } from "./failure-facts.ts";
export { PendingCleanup } from "./pending-cleanup.ts";
export { explainOpenError, SourceError, SourceFile } from "./source/source-file.ts";
