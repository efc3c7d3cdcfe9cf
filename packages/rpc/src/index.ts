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
export {
  Health,
  HealthCheckResponse_ServingStatus as ServingStatus,
  file_health_v1_health,
} from "./gen/health/v1/health_pb.ts";
export { ServerReflection, file_grpc_reflection_v1_reflection } from "./gen/grpc/reflection/v1/reflection_pb.ts";
export {
  ServerReflection as ServerReflectionV1Alpha,
  file_grpc_reflection_v1alpha_reflection,
} from "./gen/grpc/reflection/v1alpha/reflection_pb.ts";
