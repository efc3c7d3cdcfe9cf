import { DownloadService } from "@dwld/rpc";
import { Health, ServerReflection, ServerReflectionV1Alpha } from "@dwld/rpc/services";

/** The request paths ("/service/method") of methods that stream. */
export const streamPaths: ReadonlySet<string> = new Set(
  [DownloadService, Health, ServerReflection, ServerReflectionV1Alpha].flatMap(({ typeName, methods }) =>
    methods.filter(({ methodKind }) => methodKind !== "unary").map(({ name }) => `/${typeName}/${name}`),
  ),
);

const { addTasks, retryTasks, cancelTasks, deleteTasks, getStatistics } = DownloadService.method;

/** The paths of methods for many tasks, of which one call is large or takes many steps. */
export const batchPaths: ReadonlySet<string> = new Set(
  [addTasks, retryTasks, cancelTasks, deleteTasks, getStatistics].map(
    ({ name, parent }) => `/${parent.typeName}/${name}`,
  ),
);
