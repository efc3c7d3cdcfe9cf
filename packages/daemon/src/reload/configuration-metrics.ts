import { gauge } from "../metrics/family.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { ConfigurationState } from "./configuration-state.ts";

/** Tells whether a process runs with the configuration on disk. */
export function addConfigurationMetrics(metrics: Metrics, state: () => ConfigurationState): void {
  metrics.add(() => {
    const { takenAtMs, needsRestart, wrong } = state();
    return [
      gauge(
        "dwld_configuration_last_reload_successful",
        "1, or 0 if the file was wrong at the last reload, so that the process runs with an earlier one.",
        wrong === undefined ? 1 : 0,
      ),
      gauge(
        "dwld_configuration_last_reload_success_timestamp_seconds",
        "When the configuration that the process runs with was read.",
        takenAtMs / 1000,
      ),
      gauge(
        "dwld_configuration_keys_awaiting_restart",
        "Keys with another value in the file, which only a restart takes over.",
        needsRestart.length,
      ),
    ];
  });
}
