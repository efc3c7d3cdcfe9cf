import type { MachinePlaces } from "./machine-places.ts";
import type { TaskTable } from "./task-table.ts";

/** The moments of an upgrade at which it may be interrupted, in their order. */
export type Step =
  | "check"
  | "backup"
  | "rehearsal"
  | "begin"
  | "stop"
  | "final-backup"
  | "switch"
  | "units"
  | "migration"
  | "migrated"
  | "start"
  | "ready"
  | "end";

export type UpgradeCall = {
  readonly places: MachinePlaces;
  readonly table: TaskTable;
  readonly addressOf: (unit: string) => string | undefined;
  /** Has a program check the configuration of this machine. @throws UpgradeError */
  readonly checkConfiguration: (program: string) => Promise<void>;
  readonly say: (text: string) => void;
  /** Is told each step before it is done; a test interrupts it there. */
  readonly reach: (step: Step) => Promise<void>;
  readonly signal: AbortSignal;
  readonly readyMs: number;
  /** How long what is ready is watched before the upgrade counts as done, ms. */
  readonly settleMs: number;
  /** Whether the program may migrate the table, as one that is newer may. */
  readonly migrates: boolean;
  /** The operator has a backup of their own. */
  readonly ownBackup: boolean;
  readonly now: () => Date;
};
