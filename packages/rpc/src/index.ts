/** Everything generated from `proto/` and from the standard services' own .proto files; `make proto` makes it anew. */
export * from "./gen/dwld/v1/download_service_pb.ts";
export * from "./gen/dwld/v1/registry_pb.ts";
export * from "./gen/dwld/v1/status_pb.ts";
export * from "./gen/dwld/v1/task_pb.ts";
// The contract of the first dwld. `Task` and `Bot` are names of today's contract too.
export {
  type CleanHistoryResponseSchema as FirstCleanHistoryResponseSchema,
  type DeleteFromQueueRequest,
  type DeleteFromQueueResponseSchema,
  Downloader,
  file_grpc_v1_downloader,
  type HealtheckResponseSchema,
  type OnWork,
  OnWorkSchema,
  type SetToQueueRequest,
  type SetToQueueResponseSchema,
  type StatusResponseSchema,
  type Task as FirstTask,
  TaskSchema as FirstTaskSchema,
} from "./gen/grpc/v1/downloader_pb.ts";
export { Bot as FirstBot } from "./gen/grpc/v1/bot_pb.ts";
export { BadRequestSchema, type BadRequest } from "./gen/google/rpc/error_details_pb.ts";
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
