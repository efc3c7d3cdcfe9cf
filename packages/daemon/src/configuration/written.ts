import type { Configuration } from "./complete-configuration.ts";

/** A configuration as it was read, and the function that fills in the defaults that follow from other keys. */
export type Written<Values = unknown> = {
  /** The absolute path of the file. */
  readonly file: string;
  readonly values: Values;
  complete(values: Values): Configuration;
};
