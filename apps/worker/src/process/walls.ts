import type { Command } from "../egress/network-namespace.ts";

/** The walls around programs that touch what a site sent. */
export type Walls = {
  /** Returns the command that starts a program inside. */
  enter: (command: Command) => Command;
};

/** For programs of this machine's own, and for tests of something else. */
export const noWalls: Walls = { enter: (command) => command };
