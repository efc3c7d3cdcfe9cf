/** The life of a process whose configuration another one has read: without the libraries that read one, and without a server. */
export { commandName } from "./command-name.ts";
export type { Configuration } from "./configuration/complete-configuration.ts";
export { deliveryOf } from "./configuration/delivery-settings.ts";
export { configurationArguments, type Named } from "./configuration/named.ts";
export { askReadiness } from "./health/ask-health.ts";
export { createLogger, jsonOutput, type Logger } from "./logger/create-logger.ts";
export { resolveFormat } from "./logger/log-format.ts";
export { redactSecrets } from "./logger/redact-secrets.ts";
export { isLoopback, parseAddress } from "./network/listen-address.ts";
export { Hangups } from "./reload/hangups.ts";
export { complain } from "./process-life/complain.ts";
export { guardedShell } from "./process-life/guarded-shell.ts";
export { type AppContext, runProcess } from "./process-life/run-process.ts";
