/** Shared by every process of dwld: configuration, log, health, and the process's life from start to signal. */
export { commandName } from "./command-name.ts";
export type { Configuration, FtpSettings } from "./configuration/complete-configuration.ts";
export type { BotSettings } from "./configuration/complete-bots.ts";
export { type SiteSettings, settingsOf } from "./configuration/complete-sites.ts";
export { ConfigurationError, type ConfigurationProblem } from "./configuration/configuration-error.ts";
export { examineConfiguration } from "./configuration/examine-configuration.ts";
export { configurationJsonSchema } from "./configuration/json-schema.ts";
export {
  configurationArguments,
  loadConfiguration,
  type Named,
  UsageError,
} from "./configuration/load-configuration.ts";
export { defaultPath, type PathField } from "./configuration/path-template.ts";
export { parseConfiguration } from "./configuration/parse-configuration.ts";
export { clientArgument } from "./configuration/site-clients.ts";
export { emptyStage, type StageSettings } from "./configuration/stage-settings.ts";
export { showConfiguration, withoutSecrets } from "./configuration/show-configuration.ts";
export { readSecretFile } from "./configuration/secret-file.ts";
export { serveHealth } from "./health/serve-health.ts";
export type { Check, CheckResult, Readiness } from "./health/readiness.ts";
export { closeServer, listenAt } from "./network/listen.ts";
export { type Address, AddressError, formatAddress, parseAddress } from "./network/listen-address.ts";
export { createLogger, jsonOutput, type Logger } from "./logger/create-logger.ts";
export { resolveFormat } from "./logger/log-format.ts";
export { redactSecrets } from "./logger/redact-secrets.ts";
export { configurationExitStatus, ownCode } from "./process-life/explain-failure.ts";
export { type AppContext, type AppName, type AppOptions, runApp } from "./process-life/run-app.ts";
export { ownHosts, refuseOrigin } from "./network/request-origin.ts";
export { statfsOfNearest } from "./nearest-disk.ts";
export type { Shutdown } from "./process-life/shutdown.ts";
