/** The answer of a receiver, or why there is none. */
export type Reply = {
  readonly outcome:
    | "accepted"
    /** The receiver did not take this message, and may take others. */
    | "refused"
    /** The receiver wants no more of these (HTTP 410). */
    | "gone"
    /** The receiver takes nothing at the moment, or cannot be reached. */
    | "away";
  /** For a person, without secrets. */
  readonly answer: string;
  /** After this time it takes messages again, as it said. */
  readonly retryAfterMs?: number;
};
