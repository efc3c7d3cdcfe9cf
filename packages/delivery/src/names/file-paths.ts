import { posix } from "node:path";
import type { PathField } from "@dwld/daemon";
import type { TaskRow } from "@dwld/queue";
import { cleanName } from "@dwld/text";
import { cleanSegment, fitName, nameParts } from "./file-name.ts";

/** See `DeliveryRules`. */
type Layout = { readonly directory: string; readonly path: string };

export type PathFacts = Pick<
  TaskRow,
  "id" | "user_name" | "folder" | "site" | "title" | "chat_id" | "width" | "height" | "ready_at" | "created_at"
>;

/**
 * Returns the path of each of a task's files at a destination, the same in each attempt.
 *
 * Every value is cleaned to one segment, or several for the folder. An empty value vanishes, together with brackets
 * around it. So no title leads out of the directory. Files that would have the same name are numbered.
 *
 * @param copy 1 for the names themselves; n for those with " (n)", if the others are taken.
 */
export function filePaths(
  { directory, path }: Layout,
  task: PathFacts,
  files: readonly { name: string }[],
  copy: number,
): string[] {
  const segments = path.split("/");
  const last = segments.pop() ?? "";
  const taken = new Set<string>();
  return files.map(({ name }) => {
    const values = fieldValues(task, name);
    const folders = segments.flatMap((segment) => foldersOf(segment, values));
    const parts = fileParts(last, values);
    for (let number = copy; ; number += 1) {
      const whole = posix.join(directory, ...folders, fitName(parts, task.id, number));
      // The file system of some servers ignores case.
      const key = whole.toLowerCase();
      if (taken.has(key)) continue;
      taken.add(key);
      return whole;
    }
  });
}

type Values = Record<PathField, string> & { section: string };

function fieldValues(task: PathFacts, localName: string): Values {
  const name = cleanName(localName);
  const parts = nameParts(name);
  const day = new Date(task.ready_at ?? task.created_at).toISOString().slice(0, "2026-01-31".length);
  return {
    user_name: task.user_name,
    folder: task.folder,
    site: task.site,
    title: parts.title || task.title,
    id: parts.id,
    ext: parts.ending.slice(1),
    name: name.slice(0, name.length - parts.ending.length),
    task_id: task.id,
    chat_id: task.chat_id,
    quality: task.width === null || task.height === null ? "" : `${Math.min(task.width, task.height)}p`,
    date: day,
    section: parts.section,
  };
}

/** Returns no folder if nothing is left of the segment. Only a task's folder may be several. */
function foldersOf(segment: string, values: Values): string[] {
  const texts = segment === "{folder}" ? values.folder.split("/") : [fill(segment, values)];
  return texts.map(cleanSegment).filter((folder) => folder !== "");
}

/** Fills in the last segment, which ends with {name} or with .{ext}: the configuration is checked for that. */
function fileParts(segment: string, values: Values): { stem: string; ending: string } {
  const ending = values.ext === "" ? "" : `.${values.ext}`;
  if (segment.endsWith("{name}")) return { stem: cleanName(fill(segment, values)), ending };
  const stem = fill(segment.slice(0, segment.length - ".{ext}".length), values);
  // No field has what tells the parts of one video from each other.
  return { stem: cleanName(values.section === "" ? stem : `${stem} ${values.section}`), ending };
}

function fill(segment: string, values: Values): string {
  return segment
    .replaceAll(/ ?[[(]\{(\w+)\}[\])]/g, (whole, field: PathField) => (values[field] === "" ? "" : whole))
    .replaceAll(/\{(\w+)\}/g, (_, field: PathField) => values[field]);
}
