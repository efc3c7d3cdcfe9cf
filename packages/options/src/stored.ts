import { isAsked } from "./message.ts";
import { type OptionTable, optionTable, type TaskOptions } from "./option-table.ts";

/** The options if nothing is said. */
export const defaultOptions = Object.fromEntries(
  Object.entries(optionTable).map(([name, { initial }]) => [name, initial]),
) as TaskOptions;

/** Reads options from a row of the task table. A row that was written before an option existed has its default. */
export function parseOptions({ options }: { readonly options: string }): TaskOptions {
  return { ...defaultOptions, ...(JSON.parse(options) as Partial<TaskOptions>) };
}

/**
 * The options that are not the default, sorted: equal for equal requests, whatever options are invented later. The task
 * table keeps them, and the hash of a request is made of them.
 */
export function serializeOptions(options: TaskOptions, table: OptionTable = optionTable): string {
  const asked = Object.entries(table)
    .filter(([name, row]) => isAsked(options, name, row))
    .map(([name]): [string, unknown] => [name, options[name as keyof TaskOptions]])
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(Object.fromEntries(asked));
}

/** Whether a live stream is recorded, and may be ended before its end. */
export function recordsLive({ liveMode }: TaskOptions): boolean {
  return liveMode !== "refuse";
}
