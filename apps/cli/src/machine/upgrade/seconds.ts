import { InvalidArgumentError } from "commander";

/** Reads seconds of the command line. */
export function readSeconds(text: string): number {
  const seconds = Number(text);
  if (text.trim() === "" || !(seconds >= 0 && seconds <= 3600))
    throw new InvalidArgumentError("It must be seconds, from 0 to 3600.");
  return seconds;
}
