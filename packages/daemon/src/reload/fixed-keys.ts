import type { Configuration } from "../configuration/complete-configuration.ts";
import type { ReloadableKey } from "./key-table.ts";

/**
 * The part of the configuration that stays what it was at the start. It lacks every key that a reload changes, so that the
 * compiler finds who reads one of these only once.
 */
export type FixedConfiguration = Without<Omit<Configuration, "defaultSite">, ReloadableKey>;

type Without<Section, Keys extends string> = {
  readonly [Key in keyof Section as Key extends Keys ? never : Key]: [Below<Keys, Key>] extends [never]
    ? Section[Key]
    : WithoutIn<Section[Key], Below<Keys, Key>>;
};

/** Leaves an absent section absent. */
type WithoutIn<Section, Keys extends string> = Section extends object ? Without<Section, Keys> : Section;

/** Returns the keys of a section without its name. */
type Below<Keys extends string, Section> = Section extends string
  ? Keys extends `${Section}.${infer Rest}`
    ? Rest
    : never
  : never;
