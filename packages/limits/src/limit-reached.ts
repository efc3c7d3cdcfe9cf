import { type LimitName, limitTable, type Subject } from "./limit-table.ts";

/** A limit that leaves no room for one more. */
export type Reached = {
  readonly limit: LimitName;
  readonly subject: Subject;
  /** The address, the chat or the token. */
  readonly holder: string;
  readonly most: number;
  /** Time after which there may be room, ms. */
  readonly retryAfterMs: number;
};

/** How much of a limit is used. */
export type Use = {
  readonly limit: LimitName;
  readonly subject: Subject;
  readonly holder: string;
  readonly most: number;
  readonly used: number;
  /** When there is room for one more, in ms from now. Undefined: nobody knows. */
  readonly freeAfterMs?: number;
};

/** Decides whether there is room for one more. Of several limits that are reached, returns the one that lasts longest. */
export function decide(uses: readonly Use[]): Reached | undefined {
  const reached = uses.flatMap(({ limit, subject, holder, most, used, freeAfterMs }): Reached[] =>
    used < most
      ? []
      : [{ limit, subject, holder, most, retryAfterMs: Math.ceil(freeAfterMs ?? limitTable[limit].pollMs) }],
  );
  return reached.toSorted((one, other) => other.retryAfterMs - one.retryAfterMs)[0];
}

/** Something was refused since a limit leaves no room for it. */
export class LimitReachedError extends Error {
  readonly code = "limit_reached";
  readonly reached: Reached;

  constructor(reached: Reached) {
    super(`the limit ${reached.limit} of this ${reached.subject} is reached: ${reached.most}`);
    this.name = "LimitReachedError";
    this.reached = reached;
  }
}

/** @throws LimitReachedError if there is no room for one more. */
export function refuseBeyond(uses: readonly Use[]): void {
  const reached = decide(uses);
  if (reached !== undefined) throw new LimitReachedError(reached);
}
