import { ConfigurationError } from "./configuration-error.ts";
import { checkNamedFiles } from "./named-files.ts";
import { configurationOf, readConfigurationFile } from "./load-configuration.ts";
import type { Named } from "./named.ts";
import { readYaml } from "./yaml-document.ts";

/**
 * Returns what keeps processes from starting with a configuration, or from using a part of it: its own mistakes; or, if
 * it has none, the files it names that this user cannot read. Returns undefined if it can be used.
 *
 * @throws UsageError for DWLD_LOG_FORMAT.
 */
export function examineConfiguration(named: Named, env: NodeJS.ProcessEnv): ConfigurationError | undefined {
  try {
    const read = readConfigurationFile(named, env);
    const { file, text } = read;
    const configuration = configurationOf(read, named, env);
    const document = readYaml(text);
    const problems = checkNamedFiles(configuration, document.value, file).map(document.locate);
    return problems.length === 0 ? undefined : new ConfigurationError(file, problems);
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
}
