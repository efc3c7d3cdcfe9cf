import type { Wait } from "@dwld/queue";

/** The sentences of the api in one language. */
export type Language = {
  /** The reason for a wait as a clause without its time. @param site the task's. */
  wait(wait: Wait, site: string, isDelivery: boolean): string;
  /** The reason for a site's pause as a clause, by its failure class: "it takes us for a robot". */
  pause(failureClass: string): string;
};
