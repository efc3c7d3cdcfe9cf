import type { DeliveryRules } from "@dwld/daemon";
import type { Session } from "../destination/destination.ts";
import type { FileRecord } from "./file-record.ts";

/** One file on its way to a destination. Each step of its delivery takes its own part of this. */
export type FileDelivery = {
  readonly session: Session;
  readonly record: FileRecord;
  readonly rules: DeliveryRules;
  readonly signal: AbortSignal;
  /** @param step "upload" or "verify". */
  readonly onProgress: (doneBytes: number, step: string) => void;
};

/** A file in a session, for steps that need no more. */
export type FileInSession = Pick<FileDelivery, "session" | "record">;
