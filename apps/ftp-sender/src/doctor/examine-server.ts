import { DestinationError } from "@dwld/delivery";
import { errorText } from "@dwld/text";
import { lookAtAbilities, lookAtLogin, lookAtTls } from "./describe-server.ts";
import type { Finding, Look } from "./finding.ts";
import { type ExaminedSettings, Patient } from "./patient.ts";
import {
  tryFolder,
  tryHash,
  tryNames,
  tryReading,
  tryRemoving,
  tryResuming,
  trySize,
  tryWriting,
} from "./try-delivery.ts";

const looks: readonly [subject: string, look: Look][] = [
  ["login", lookAtLogin],
  ["TLS", lookAtTls],
  ["abilities", lookAtAbilities],
  ["folder", tryFolder],
  ["write", tryWriting],
  ["size", trySize],
  ["read back", tryReading],
  ["hash", tryHash],
  ["names", tryNames],
  ["resume", tryResuming],
  ["remove", tryRemoving],
];

/**
 * Does with a small file what a delivery does, and says what came of each step. The first that fails is the last.
 *
 * @param signal ends it, with what was found so far.
 */
export async function examineServer(settings: ExaminedSettings, signal: AbortSignal): Promise<Finding[]> {
  const patient = new Patient(settings, signal);
  const findings: Finding[] = [];
  let current = "";
  try {
    for (const [subject, look] of looks) {
      current = subject;
      findings.push({ subject, ...(await look(patient)) });
    }
  } catch (error) {
    findings.push({ subject: current, level: "failure", ...causeOf(error, signal) });
  } finally {
    patient.close();
  }
  return findings;
}

/** What no look foresaw is a failure too: whoever asks wants to see how far it came. */
function causeOf(error: unknown, signal: AbortSignal): Pick<Finding, "message" | "remedy"> {
  if (error instanceof DestinationError)
    // Here nothing is tried again.
    return { message: error.message, remedy: error.advice.replace(/ ?(Nothing is lost|It is tried again).*$/, "") };
  if (signal.aborted)
    return { message: "the examination took too long", remedy: "Look at how busy the server and the network are." };
  return { message: errorText(error), remedy: "" };
}
