import {
  countedPlaces,
  type Database,
  findSite,
  firstInLine,
  listProcesses,
  parseTroubles,
  type SiteRow,
  type Surroundings,
  type Troubles,
  type Wait,
  type WaitingTask,
  waitOf,
} from "@dwld/queue";
import { isAlive } from "../living-processes.ts";

/** Who lives, and who is next, is asked for so seldom however many calls there are. */
const reuseMs = 500;

type Process = "worker" | "ftp-sender";

/** Tells what tasks wait for, from the table alone. */
export class WaitReader {
  readonly #database: Database;
  readonly #defaultSiteParallel: number;
  readonly #now: () => number;
  #living: { readAtMs: number; troubles: Readonly<Record<Process, readonly Troubles[]>> } | undefined;
  #line: { readAtMs: number; places: ReadonlyMap<number, number> } | undefined;

  /** @param now milliseconds since the epoch. */
  constructor(database: Database, { defaultSiteParallel, now }: { defaultSiteParallel: number; now: () => number }) {
    this.#database = database;
    this.#defaultSiteParallel = defaultSiteParallel;
    this.#now = now;
  }

  /** Reads the sites of the tasks it is asked for once, so it is for one answer. @param known sites that were read. */
  begin(known: readonly SiteRow[] = []): (task: WaitingTask) => Wait | undefined {
    const nowMs = this.#now();
    const sites = new Map<string, SiteRow | undefined>(known.map((site) => [site.name, site]));
    const around: Surroundings = {
      nowMs,
      defaultSiteParallel: this.#defaultSiteParallel,
      siteOf: (name) => {
        if (!sites.has(name)) sites.set(name, findSite(this.#database, name));
        return sites.get(name);
      },
      workers: this.#troubles("worker", nowMs),
      senders: this.#troubles("ftp-sender", nowMs),
      placeOf: (task) => this.#placeOf(task, nowMs),
    };
    return (task) => waitOf(task, around);
  }

  #troubles(app: Process, nowMs: number): readonly Troubles[] {
    if (!isFresh(this.#living, nowMs)) {
      const living = listProcesses(this.#database).filter((row) => isAlive(row, nowMs));
      const of = (name: Process) => living.filter((row) => row.app === name).map(parseTroubles);
      this.#living = { readAtMs: nowMs, troubles: { worker: of("worker"), "ftp-sender": of("ftp-sender") } };
    }
    return this.#living?.troubles[app] ?? [];
  }

  /** A line that is not full is read again for a task that is not in it: the task is new, and reading costs little. */
  #placeOf({ seq }: WaitingTask, nowMs: number): number | undefined {
    // Of no task at all, but of one of its kind.
    if (seq < 0) return undefined;
    const known = isFresh(this.#line, nowMs) ? this.#line?.places : undefined;
    if (known !== undefined && (known.has(seq) || known.size === countedPlaces)) return known.get(seq);
    const line = firstInLine(this.#database, { defaultSiteParallel: this.#defaultSiteParallel, now: nowMs });
    const places = new Map(line.map((each, index) => [each, index + 1]));
    this.#line = { readAtMs: nowMs, places };
    return places.get(seq);
  }
}

/** A clock that was set back makes everything old. */
function isFresh(read: { readAtMs: number } | undefined, nowMs: number): boolean {
  return read !== undefined && nowMs >= read.readAtMs && nowMs - read.readAtMs < reuseMs;
}
