/** The standard services that the api offers beside its own. A client of the contract does not load them. */
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
