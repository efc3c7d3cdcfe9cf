import { DownloadService } from "@dwld/rpc";
import { Health, ServerReflection, ServerReflectionV1Alpha } from "@dwld/rpc/services";

/** The request paths ("/service/method") of methods that stream. */
export const streamPaths: ReadonlySet<string> = new Set(
  [DownloadService, Health, ServerReflection, ServerReflectionV1Alpha].flatMap(({ typeName, methods }) =>
    methods.filter(({ methodKind }) => methodKind !== "unary").map(({ name }) => `/${typeName}/${name}`),
  ),
);

/** Methods whose requests are larger than those of the others. */
export const batchPaths: ReadonlySet<string> = new Set([
  `/${DownloadService.typeName}/${DownloadService.method.addTasks.name}`,
]);
