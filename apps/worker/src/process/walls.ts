import type { Command } from "../egress/network-namespace.ts";
import { type Grant, programPaths, type SandboxRules, sandboxed } from "./sandbox.ts";

/** The walls around programs that touch what a site sent. */
export type Walls = {
  /** Returns the command that starts a program in the network namespace alone, since it puts its runs into sandboxes itself. */
  enter: (command: Command) => Command;
  /** Returns the command that starts a program inside both walls. */
  confine: (command: Command, grant: Grant) => Command;
  /** Returns the rules of a run that puts itself into a sandbox; undefined if there are no sandboxes. */
  rulesFor: (grant: Grant) => SandboxRules | undefined;
};

/** For programs of this machine's own, and for tests of something else. */
export const noWalls: Walls = { enter: (command) => command, confine: (command) => command, rulesFor: () => undefined };

export type Sandboxes = {
  readonly python: string;
  /** The paths that every program reads. */
  readonly read: readonly string[];
  readonly ports: readonly number[] | null;
};

/** Makes the walls. @param sandboxes undefined if this machine has none, or none are wanted. */
export function makeWalls({ enter }: Pick<Walls, "enter">, sandboxes: Sandboxes | undefined): Walls {
  if (sandboxes === undefined) return { enter, confine: enter, rulesFor: () => undefined };
  const { python, read, ports } = sandboxes;
  const rulesFor = (grant: Grant): SandboxRules => ({
    read: [...read, ...grant.read],
    write: [...grant.write, "/dev/null"],
    ports,
  });
  return {
    enter,
    confine: (command, grant) => {
      const own = { ...grant, read: [...programPaths(command[0]), ...grant.read] };
      return enter(sandboxed(python, rulesFor(own), command));
    },
    rulesFor,
  };
}
