import { toast } from "../ui/toasts.tsx";
import { connectionWords } from "../words/connection.ts";
import type * as Changes from "./change-tasks.ts";
import type * as Deletions from "./deletions.ts";

/** Changes tasks, by code that is loaded for the first change. */
export function change(run: (changes: typeof Changes) => Promise<void>): void {
  import("./change-tasks.ts").then(run, sayUnreachable);
}

/** Deletes tasks, by code that is loaded for the first deletion. */
export function deleting(run: (deletions: typeof Deletions) => void): void {
  import("./deletions.ts").then(run, sayUnreachable);
}

function sayUnreachable(): void {
  toast(connectionWords().unreachable);
}
