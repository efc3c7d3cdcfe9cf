/** The answer of a receiver, or why there is none. */
export type Reply = {
  readonly outcome:
    | "accepted"
    /** It did not take this message, and may take others. */
    | "refused"
    /** It wants no more of these (HTTP 410). */
    | "gone"
    /** It takes nothing at the moment, or cannot be reached. */
    | "away";
  /** For a person, without secrets. */
  readonly answer: string;
  /** After this time it takes messages again, as it said. */
  readonly retryAfterMs?: number;
};
