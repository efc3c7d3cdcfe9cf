import type { Route } from "../network/exchange.ts";
import { formatFor, mediaTypes, writeExposition } from "./exposition.ts";
import type { Metrics } from "./metrics.ts";

/** Answers with all metrics, in the format that the caller prefers. */
export function metricsRoute(metrics: Metrics): Route {
  return async ({ message }) => {
    const format = formatFor(message.headers.accept);
    return { status: 200, body: writeExposition(await metrics.read(), format), type: mediaTypes[format] };
  };
}
