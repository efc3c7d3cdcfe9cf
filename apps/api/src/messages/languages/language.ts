import type { Wait } from "@dwld/queue";

/** The texts of the api in one language. */
export type Language = {
  /** Returns the reason to wait as a clause without its time. @param site of the task. */
  wait(wait: Wait, site: string, isDelivery: boolean): string;
  /** Returns the reason for the pause of a site as a clause: "it takes us for a robot". */
  pause(failureClass: string): string;
};
