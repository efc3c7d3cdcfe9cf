import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { readSecretFile, statfsOfNearest } from "@dwld/daemon";
import {
  backUpDatabase,
  changeMarkOf,
  DatabaseError,
  type DatabaseLocation,
  inspectDatabase,
  locationName,
  migrateDatabase,
  type Programs,
  restoreDatabase,
} from "@dwld/queue";
import type { MachinePlaces } from "./machine-places.ts";
import type { TableChange } from "./record.ts";
import { neededBytes, spaceShortage, type TableWayBack, wayBackOfTable } from "./table-decisions.ts";
import { UpgradeError } from "./upgrade-error.ts";

const secrets = { readSecret: readSecretFile };

/** The names of an upgrade's backups, whole or partial, and of its rehearsals. The operator may have others beside them. */
const ownName = /^(\.?before-.+-\d{8}T\d{6}Z(-\d+)?\.(sqlite|dump)|rehearsal-)/;

/** The task table of this machine's configuration, as an upgrade treats it. */
export class TaskTable {
  readonly #location: DatabaseLocation;
  readonly #places: Pick<MachinePlaces, "backups">;
  readonly #programs: Programs;

  constructor(location: DatabaseLocation, places: Pick<MachinePlaces, "backups">, programs: Programs) {
    this.#location = location;
    this.#places = places;
    this.#programs = programs;
  }

  get name(): string {
    return locationName(this.#location);
  }

  /** Whether it is a file that belongs to this machine alone. */
  get isFile(): boolean {
    return "path" in this.#location;
  }

  /**
   * Returns the migrations that this version applies, and the size of the table; undefined if there is no table yet.
   *
   * @throws UpgradeError if it is damaged.
   */
  async inspect(): Promise<{ pending: string[]; sizeBytes: number } | undefined> {
    const facts = await inspectDatabase(this.#location, secrets);
    if (facts.state === "absent") return undefined;
    if (facts.damage !== undefined)
      throw new UpgradeError(
        `${this.name} is damaged (${facts.damage}), and an upgrade begins with a backup. "A damaged table" in docs/operations.md says what to do.`,
      );
    const log =
      "path" in this.#location ? (statSync(`${this.#location.path}-wal`, { throwIfNoEntry: false })?.size ?? 0) : 0;
    return { pending: facts.pending, sizeBytes: facts.sizeBytes + log };
  }

  /** @throws UpgradeError if what an upgrade writes may not fit. */
  async refuseFullDisk({ pending, sizeBytes }: { pending: readonly string[]; sizeBytes: number }): Promise<void> {
    const needed = neededBytes(sizeBytes, this.isFile ? pending.length : 0);
    const folders = [this.#places.backups, ...("path" in this.#location ? [this.#location.path] : [])];
    for (const folder of folders) {
      const { bavail, bsize } = await statfsOfNearest(folder);
      const shortage = spaceShortage(folder, { needed, free: bavail * bsize });
      if (shortage !== undefined) throw new UpgradeError(shortage);
    }
  }

  /** Writes a backup for the time before a program, and returns its path. */
  async backUp(program: string, now: Date, signal?: AbortSignal): Promise<string> {
    mkdirSync(this.#places.backups, { recursive: true, mode: 0o700 });
    const time = now.toISOString().replaceAll(/[-:]|\.\d+/g, "");
    const kind = this.isFile ? "sqlite" : "dump";
    const file = freeName(join(this.#places.backups, `before-${basename(program)}-${time}`), kind);
    const options = { ...secrets, programs: this.#programs, ...(signal !== undefined && { signal }) };
    return (await backUpDatabase(this.#location, file, options)).path;
  }

  /** Removes the backups of upgrades but those that are named, and what was left of an upgrade that was killed. */
  keepBackups(kept: readonly (string | undefined)[]): void {
    const { backups } = this.#places;
    if (statSync(backups, { throwIfNoEntry: false })?.isDirectory() !== true) return;
    for (const name of readdirSync(backups).filter((each) => ownName.test(each)))
      if (!kept.includes(join(backups, name))) rmSync(join(backups, name), { recursive: true });
  }

  /** Migrates a copy of the backup, which is removed again. @throws the error of the migration. */
  async rehearseMigration(backup: string): Promise<void> {
    const folder = mkdtempSync(join(this.#places.backups, "rehearsal-"));
    const path = join(folder, "dwld.sqlite");
    try {
      copyFileSync(backup, path);
      await migrateDatabase({ path }, secrets);
      const facts = await inspectDatabase({ path }, secrets);
      if (facts.state === "absent" || facts.pending.length > 0 || facts.damage !== undefined)
        throw new UpgradeError(`a copy of ${this.name} is not intact after its migration.`);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  async migrate(): Promise<void> {
    await migrateDatabase(this.#location, secrets);
  }

  async mark(): Promise<string | undefined> {
    return await changeMarkOf(this.#location);
  }

  /** Says what is to be done before the version that ran earlier can start again. Nobody may write meanwhile. */
  async wayBack(change: TableChange): Promise<TableWayBack> {
    if (change.migrations.length === 0) return "stays";
    const isMigrated = await this.#has(change.migrations);
    return wayBackOfTable(change, { isMigrated, markNow: isMigrated ? await this.mark() : undefined });
  }

  /** Puts a backup in the place of the table, in which nothing was changed since but the schema. */
  async restore(backup: string): Promise<void> {
    const { keptAside } = await restoreDatabase(this.#location, backup, { ...secrets, now: new Date() });
    if (keptAside !== undefined)
      for (const suffix of ["", "-wal", "-shm"]) rmSync(`${keptAside}${suffix}`, { force: true });
  }

  /** Whether migrations were applied, which this version may not know. */
  async #has(migrations: readonly string[]): Promise<boolean> {
    try {
      const facts = await inspectDatabase(this.#location, secrets);
      return facts.state === "there" && !migrations.some((name) => facts.pending.includes(name));
    } catch (error) {
      if (error instanceof DatabaseError && error.problem === "newer_schema") return true;
      throw error;
    }
  }
}

function freeName(wanted: string, ending: string): string {
  for (let number = 1; ; number += 1) {
    const path = number === 1 ? `${wanted}.${ending}` : `${wanted}-${number}.${ending}`;
    if (!existsSync(path)) return path;
  }
}
