export { type DeliveryBed, filesBelow, makeDeliveryBed, sha256, type SourceBytes, video } from "./delivery-bed.ts";
export { type DeliveryChanges, makeTestDeliverer, type TestDeliverer } from "./test-deliverer.ts";
