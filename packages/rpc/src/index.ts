/** Everything generated from `proto/` and from the standard services' own .proto files; `make proto` makes it anew. */
export * from "./gen/dwld/v1/access_service_pb.ts";
export * from "./gen/dwld/v1/download_service_pb.ts";
export * from "./gen/dwld/v1/registry_pb.ts";
export * from "./gen/dwld/v1/status_pb.ts";
export * from "./gen/dwld/v1/task_pb.ts";
export { StatusSchema, type Status } from "./gen/google/rpc/status_pb.ts";
export {
  BadRequestSchema,
  type BadRequest,
  ErrorInfoSchema,
  LocalizedMessageSchema,
  RetryInfoSchema,
} from "./gen/google/rpc/error_details_pb.ts";
