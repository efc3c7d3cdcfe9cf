import type { TaskOptions } from "@dwld/options";

/** The wishes beside the links and their quality. `startAfter`: a local time, "2026-11-28T20:00"; texts may be empty. */
export type Extras = {
  readonly options: Partial<TaskOptions>;
  readonly folder: string;
  readonly userName: string;
  readonly startAfter: string;
};

export const noExtras: Extras = { options: {}, folder: "", userName: "", startAfter: "" };

/** Reads what was kept as JSON; undefined if it is none. Its options are checked by the form. */
export function readExtras(written: string): Extras | undefined {
  try {
    const { options, folder, userName, startAfter } = JSON.parse(written) as Record<keyof Extras, unknown>;
    if (typeof options !== "object" || options === null) return undefined;
    if (typeof folder !== "string" || typeof userName !== "string" || typeof startAfter !== "string") return undefined;
    return { options, folder, userName, startAfter };
  } catch {
    return undefined;
  }
}
