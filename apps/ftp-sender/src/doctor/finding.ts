import type { Finding } from "@dwld/daemon";
import type { Patient } from "./patient.ts";

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
