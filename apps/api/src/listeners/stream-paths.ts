import { DownloadService, Health, ServerReflection, ServerReflectionV1Alpha } from "@dwld/rpc";

/** The methods whose answer goes on, by the path of their requests (RPC over HTTP: /service/method). */
export const streamPaths: ReadonlySet<string> = new Set(
  [DownloadService, Health, ServerReflection, ServerReflectionV1Alpha].flatMap(({ typeName, methods }) =>
    methods.filter(({ methodKind }) => methodKind !== "unary").map(({ name }) => `/${typeName}/${name}`),
  ),
);
