import { DestinationError } from "@dwld/delivery";
import { errorText } from "@dwld/text";
import { failure, type Finding, type Found } from "../finding.ts";
import { lookAtAbilities, lookAtLogin, lookAtTls } from "./describe-server.ts";
import { FtpProbe, type ProbedSettings } from "./ftp-probe.ts";
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

const steps: readonly (readonly [subject: string, take: (probe: FtpProbe) => Promise<Found>])[] = [
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
 * Does with a small file what a delivery does, and returns a finding for each step. A step that throws is the last.
 *
 * @param signal ends the examination; the findings so far are returned.
 */
export async function examineServer(settings: ProbedSettings, signal: AbortSignal): Promise<Finding[]> {
  const probe = new FtpProbe(settings, signal);
  const findings: Finding[] = [];
  let current = "";
  try {
    for (const [subject, take] of steps) {
      current = subject;
      findings.push({ subject, ...(await take(probe)) });
    }
  } catch (error) {
    findings.push({ subject: current, ...failureOf(error, signal) });
  } finally {
    probe.close();
  }
  return findings;
}

/** An error that no step foresaw is a failure, too: the person wants to see how far it came. */
function failureOf(error: unknown, signal: AbortSignal): Found {
  if (error instanceof DestinationError)
    // Here nothing is tried again.
    return failure(error.message, error.advice.replace(/ ?(Nothing is lost|It is tried again).*$/, ""));
  if (signal.aborted)
    return failure("the examination took too long", "Look at how busy the server and the network are.");
  return failure(errorText(error), "");
}
