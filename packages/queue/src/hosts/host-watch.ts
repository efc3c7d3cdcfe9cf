import { fixed, type Database } from "../store/database.ts";
import type { HostRow } from "../store/schema-of-hosts.ts";

type Silence = { heartbeat: number; silentMs: number; /** Not written yet. */ observedMs: number };

/** Silence is written when it has grown by this share, so that a host that is gone for months costs few writes. */
const growth = 1 / 8;

/**
 * Measures for how long the other hosts are silent. Their clocks are not asked, nor is one that can be set: each observer
 * adds the time of its own monotonic clock in which it saw neither a heartbeat nor another observer's addition, so that no
 * second is counted twice, however many observe. Time in which nobody observes is not counted.
 */
export class HostWatch {
  readonly #own: string;
  /** The least silence that is worth a write, ms. */
  readonly #leastMs: number;
  readonly #lostAfterMs: () => number;
  #seen = new Map<string, Silence>();

  /**
   * @param own the name of the observer's host.
   * @param lostAfterMs returns the silence that is written as soon as it is reached; 0: none.
   */
  constructor(own: string, leastMs: number, lostAfterMs = () => 0) {
    this.#own = own;
    this.#leastMs = leastMs;
    this.#lostAfterMs = lostAfterMs;
  }

  /**
   * Returns the hosts whose silence is to be written, with what it is then.
   *
   * @param passedMs time since the last look, as far as the observer's own heartbeats confirm it.
   */
  observe(hosts: readonly HostRow[], passedMs: number): (Silence & { name: string })[] {
    const before = this.#seen;
    this.#seen = new Map();
    const due: (Silence & { name: string })[] = [];
    for (const { name, heartbeat, silent_ms: silentMs } of hosts) {
      if (name === this.#own) continue;
      const known = before.get(name);
      const isUnchanged = known?.heartbeat === heartbeat && known.silentMs === silentMs;
      const silence = { heartbeat, silentMs, observedMs: isUnchanged ? known.observedMs + passedMs : 0 };
      this.#seen.set(name, silence);
      if (!this.#isWorthAWrite(silence)) continue;
      due.push({ name, ...silence });
      this.#seen.set(name, { heartbeat, silentMs: silenceAfter(silence), observedMs: 0 });
    }
    return due;
  }

  #isWorthAWrite({ silentMs, observedMs }: Silence): boolean {
    const lostAfterMs = this.#lostAfterMs();
    const isLost = silentMs < lostAfterMs && silentMs + observedMs >= lostAfterMs;
    return isLost || observedMs >= Math.max(this.#leastMs, silentMs * growth);
  }
}

function silenceAfter({ silentMs, observedMs }: Pick<Silence, "silentMs" | "observedMs">): number {
  return silentMs + Math.floor(observedMs);
}

/** Adds what was observed of a silence, unless the host gave a sign of life or another observer was faster. */
export async function noteSilence(
  database: Database,
  { name, heartbeat, silentMs, observedMs }: Silence & { name: string },
): Promise<void> {
  const values = [silenceAfter({ silentMs, observedMs }), name, heartbeat, silentMs];
  await database.write(async (transaction) => {
    await transaction.run(fixed(addition, ...values));
  }, false);
}

const addition = "UPDATE hosts SET silent_ms = ? WHERE name = ? AND heartbeat = ? AND silent_ms = ?";
