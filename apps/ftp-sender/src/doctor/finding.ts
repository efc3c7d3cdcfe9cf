import type { Patient } from "./patient.ts";

/** As the doctor of `dwld` prints it. */
export type Finding = {
  readonly subject: string;
  readonly level: "ok" | "warning" | "failure";
  readonly message: string;
  readonly remedy: string;
};

type Found = Omit<Finding, "subject">;

/** Finds one thing out. A DestinationError is a failure. */
export type Look = (patient: Patient) => Promise<Found>;

export function ok(message: string): Found {
  return { level: "ok", message, remedy: "" };
}

/** Deliveries work all the same. */
export function warning(message: string, remedy: string): Found {
  return { level: "warning", message, remedy };
}
