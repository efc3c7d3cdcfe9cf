/** The options of a command line that are about the configuration. */
export type Named = {
  readonly config?: string | undefined;
  readonly data?: string | undefined;
  /** Number of this worker on this machine, from 1. */
  readonly instance?: number | undefined;
};

/** Returns the options as words of a command line. */
export function configurationArguments({ config, data }: Named): string[] {
  return [...(config === undefined ? [] : ["--config", config]), ...(data === undefined ? [] : ["--data", data])];
}
