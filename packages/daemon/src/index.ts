/** Shared by every process of dwld: configuration, log, health, and the process's life from start to signal. */
export { commandName } from "./command-name.ts";
export type { Configuration, FtpSettings, YtdlpUpdateSettings } from "./configuration/complete-configuration.ts";
export type { BotSettings } from "./configuration/complete-bots.ts";
export type { NotifySettings, NotifyTarget } from "./configuration/complete-notify.ts";
export { type NoticeKind, noticeKinds } from "./configuration/notify-schema.ts";
export { type SiteSettings, settingsOf } from "./configuration/complete-sites.ts";
export { ConfigurationError, type ConfigurationProblem } from "./configuration/configuration-error.ts";
export { examineConfiguration } from "./configuration/examine-configuration.ts";
export { configurationJsonSchema } from "./configuration/json-schema.ts";
export {
  fileOfConfiguration,
  loadConfiguration,
  UsageError,
  workerHealth,
} from "./configuration/load-configuration.ts";
export type { PathField } from "./configuration/path-template.ts";
export { defaultPath } from "./configuration/default-path.ts";
export {
  type DeliveryRules,
  type DeliverySettings,
  deliveryOf,
  folderRules,
} from "./configuration/delivery-settings.ts";
export { rehearsedConfiguration } from "./configuration/rehearsed-configuration.ts";
export { parseConfiguration } from "./configuration/parse-configuration.ts";
export { clientArgument } from "./configuration/site-clients.ts";
export { emptyStage, type StageSettings } from "./configuration/stage-settings.ts";
export { ownKeys } from "./configuration/ytdlp-options.ts";
export { showConfiguration, withoutSecrets } from "./configuration/show-configuration.ts";
export { handSecrets } from "./configuration/hand-secrets.ts";
export { readSecretFile } from "./configuration/secret-file.ts";
export { dayOf, readTlsFiles, renewalDays, type TlsFiles } from "./configuration/tls-files.ts";
export { secretsFolderOf } from "./configuration/unit-secrets.ts";
export { askConfiguration, askReadiness } from "./health/ask-health.ts";
export { serveHealth } from "./health/serve-health.ts";
export { ownHost } from "./host/own-host.ts";
export type { Check, CheckResult, Readiness } from "./health/readiness.ts";
export type { Counter } from "./metrics/counter.ts";
export { count, type Family, gauge, type Labels } from "./metrics/family.ts";
export { callBounds, type Histogram, waitBounds, workBounds } from "./metrics/histogram.ts";
export { oneOf, Recent } from "./metrics/labels.ts";
export { Metrics } from "./metrics/metrics.ts";
export { cacheUp, databaseUp } from "./metrics/part-up.ts";
export { closeServer, listenAt } from "./network/listen.ts";
export { isRuntimeFolder } from "./configuration/runtime-folder.ts";
export { fitsSocket, listenAtSocket } from "./network/listen-at-socket.ts";
export { isPublicAddress } from "./network/public-address.ts";
export { type Address, AddressError, formatAddress, isLoopback, parseAddress } from "./network/listen-address.ts";
export { createLogger, jsonOutput, type Logger } from "./logger/create-logger.ts";
export { resolveFormat } from "./logger/log-format.ts";
export { redactSecrets } from "./logger/redact-secrets.ts";
export { configurationExitStatus } from "./process-life/explain-failure.ts";
export type { ConfigurationReport } from "./reload/configuration-report.ts";
export type { FixedConfiguration } from "./reload/fixed-keys.ts";
export { guardedShell } from "./process-life/guarded-shell.ts";
export { type AppOptions, runApp } from "./process-life/run-app.ts";
export type { AppContext } from "./process-life/run-process.ts";
export { untilThere } from "./health/until-there.ts";
export { ownHosts, refuseOrigin } from "./network/request-origin.ts";
export { defaultSocket } from "@dwld/layout/sockets";
export { statfsOfNearest } from "./nearest-disk.ts";
export type { Shutdown } from "./process-life/shutdown.ts";
