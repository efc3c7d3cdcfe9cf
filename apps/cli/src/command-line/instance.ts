import { InvalidArgumentError } from "commander";

/** The workers of one machine, at most. */
export const mostInstances = 99;

/** Reads the number of a worker on its machine. @throws InvalidArgumentError */
export function instanceArgument(text: string): number {
  const instance = /^\d{1,2}$/.test(text) ? Number(text) : 0;
  if (instance < 1) throw new InvalidArgumentError(`It must be a whole number from 1 to ${mostInstances}.`);
  return instance;
}
