import type { AddTaskResponse } from "@dwld/rpc";
import { oneLine } from "@dwld/text";
import { fieldLines } from "./field-lines.ts";
import type { Look } from "./look.ts";
import { taskLine } from "./task-lines.ts";
import { detailText } from "./task-words.ts";

/** Returns what would become of a link that was sent with `validate_only`. */
export function previewLines({ task, joined, preview }: AddTaskResponse, look: Look, nowMs: number): string[] {
  if (task === undefined) return [];
  const known = [taskLine(task, look), detailText(task, nowMs)].filter(Boolean).join("  ");
  return [
    oneLine(task.link),
    ...fieldLines([
      ["site", oneLine(task.site)],
      ["stages", (preview?.stages ?? []).map((stage) => oneLine(stage)).join(", ")],
      ["folder", oneLine(preview?.destination ?? "")],
      ["joins", joined ? known : ""],
      // The request id was used before.
      ["is", !joined && task.id !== "" ? known : ""],
    ]).map((line) => `  ${line}`),
  ];
}
