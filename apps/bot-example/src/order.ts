/** A link that somebody sent, until its end is known. A real bot keeps these on its disk. */
export type Order = {
  /** Given to every downloader as `request_id`: asked twice, it takes the link once, and tells the task that it made. */
  readonly id: string;
  readonly chatId: string;
  readonly link: URL;
  /** The downloader that has it, and the task's id there; absent while it waits for one. */
  at?: { readonly downloader: string; readonly taskId: string };
  /** A downloader is being asked. */
  asking: boolean;
  /** Downloaders that may have taken it too: gone silent since, or without an answer. They are to cancel it. */
  readonly strays: Set<string>;
  /** Done, failed, or canceled by somebody. */
  over: boolean;
  /** What its chat was told last. */
  said: string;
};
