import type { Generated, Selectable } from "kysely";

/** The tables of what is told without being asked: conditions, and messages on their way. */

/** A condition that the operator is told of: it is watched, then told, then over, and forgotten a while later. */
export type NoticesTable = {
  kind: string;
  /** The host, site or file that it is about; empty: there is one of its kind. */
  subject: string;
  /** JSON of `Texts`: what was told of it last; null: nothing was. */
  texts: Generated<string | null>;
  /** When it began. */
  since: number;
  /** Since when it has not been seen; null: it was seen when it was last looked for. */
  absent_since: Generated<number | null>;
  /** When the operator was told; null: it has not lasted long enough. */
  told_at: Generated<number | null>;
  /** When the operator was told that it is over. */
  ended_at: Generated<number | null>;
  /** How often it was told since it was last forgotten. */
  times: Generated<number>;
};

/** A receiver of messages: a target of the operator, or the origin of `notify_url`s. */
export type LanesTable = {
  name: string;
  /** When it last accepted a message. */
  accepted_at: Generated<number | null>;
  /** Since when it accepts none; null: it accepts them. */
  failing_since: Generated<number | null>;
  /** The number of failures in a row that concern the receiver and no single message. */
  failures: Generated<number>;
  /** Nothing is sent to it before this time. */
  retry_at: Generated<number>;
  /** Its last answer, or why there was none, for the operator. */
  answer: Generated<string>;
};

/** A message: to the operator, or of the end of a task to the address that its asker named. */
export type OutboxTable = {
  seq: Generated<number>;
  lane: string;
  /** Null: a message to the operator. */
  task_seq: Generated<number | null>;
  /** The address that was named with a task. */
  url: Generated<string>;
  /** JSON of a message to the operator. */
  notice: Generated<string | null>;
  /** How often the task has ended. */
  ends: Generated<number>;
  /** When the task ended, or the message was written; null: the task has not ended. */
  since: Generated<number | null>;
  /** When it is sent next; null: it waits for the end of its task, was accepted, or was given up. */
  next_at: Generated<number | null>;
  attempts: Generated<number>;
  /** The registered process that sends it. When that is gone, another one sends it. */
  owner: Generated<string | null>;
  accepted_at: Generated<number | null>;
  gave_up_at: Generated<number | null>;
  /** The last answer, or why there was none, for a person. */
  answer: Generated<string>;
};

export type NoticeRow = Selectable<NoticesTable>;
export type LaneRow = Selectable<LanesTable>;
export type OutboxRow = Selectable<OutboxTable>;
