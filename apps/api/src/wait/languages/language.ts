import type { Wait } from "@dwld/queue";

/** What the api says to a person in one language. */
export type Language = {
  /** The reason for a wait as a clause without its time. @param site the task's. */
  wait(wait: Wait, site: string, isDelivery: boolean): string;
  /** What a site that is paused does, by the failure class behind the pause: "it takes us for a robot". */
  pause(failureClass: string): string;
};
