import { isRead, type Request } from "../messages.ts";

/** A file of a task, by its path: "tasks/ID/thumbnail", "tasks/ID/files/1" (`File.download_path` of the contract). */
export type TaskFile = {
  readonly id: string;
  /** The place of a file among those of its task, from 1. Undefined: the thumbnail. */
  readonly number: number | undefined;
};

/** Returns the file of a task for which a request asks; undefined if it asks for none. */
export function taskFileOf(request: Pick<Request, "method" | "url">): TaskFile | undefined {
  if (!isRead(request)) return undefined;
  const found = /^\/tasks\/(?<id>[\w-]{1,64})\/(thumbnail|files\/(?<number>[1-9]\d{0,5}))(\?|$)/.exec(
    request.url ?? "",
  );
  const { id = "", number } = found?.groups ?? {};
  return found === null ? undefined : { id, number: number === undefined ? undefined : Number(number) };
}
