import type { Command } from "../egress/network-namespace.ts";
import { type Kernel, sandboxWords } from "../sandbox/sandbox-words.ts";
import { type Grant, programPaths, sandboxed } from "./sandbox.ts";

/** The walls around programs that touch what a site sent. */
export type Walls = {
  /** Returns the command that starts a program in the network namespace alone, since it puts its runs into sandboxes itself. */
  enter: (command: Command) => Command;
  /** Returns the command that starts a program inside both walls. */
  confine: (command: Command, grant: Grant) => Command;
  /** Returns the words for a run that puts itself into a sandbox; undefined if there are no sandboxes. */
  wordsFor: (grant: Grant) => string[] | undefined;
};

/** For programs of this machine's own, and for tests of something else. */
export const noWalls: Walls = { enter: (command) => command, confine: (command) => command, wordsFor: () => undefined };

export type Sandboxes = {
  readonly perl: string;
  readonly kernel: Kernel;
  /** The paths that every program reads. */
  readonly read: readonly string[];
  readonly ports: readonly number[] | null;
};

/** Makes the walls. @param sandboxes undefined if this machine has none, or none are wanted. */
export function makeWalls({ enter }: Pick<Walls, "enter">, sandboxes: Sandboxes | undefined): Walls {
  if (sandboxes === undefined) return { enter, confine: enter, wordsFor: () => undefined };
  const { perl, kernel, read, ports } = sandboxes;
  const wordsFor = (grant: Grant) =>
    sandboxWords({ read: [...read, ...grant.read], write: [...grant.write, "/dev/null"], ports }, kernel);
  return {
    enter,
    confine: (command, grant) => {
      const own = { ...grant, read: [...programPaths(command[0]), ...grant.read] };
      return enter(sandboxed(perl, wordsFor(own), command));
    },
    wordsFor,
  };
}
