import type { Finding } from "@dwld/daemon";

export function ok(subject: string, message: string): Finding {
  return { subject, level: "ok", message, remedy: "" };
}

/** It works, and something could be better. */
export function warning(subject: string, message: string, remedy: string): Finding {
  return { subject, level: "warning", message, remedy };
}

/** dwld does not do its work like this. */
export function failure(subject: string, message: string, remedy: string): Finding {
  return { subject, level: "failure", message, remedy };
}
