import { signal } from "@preact/signals";

/** Whether the table of keys is shown. */
export const isHelpShown = signal(false);
