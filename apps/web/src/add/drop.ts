import { toast } from "../ui/toasts.tsx";
import { sentWords } from "../words/sent.ts";
import { findLinks } from "./find-links.ts";

/** A text with 10,000 long links. */
const mostBytes = 4_000_000;

type Drops = {
  /** Takes whether something that may be dropped is held over the page. */
  readonly over: (value: boolean) => void;
  /** Takes the text that was dropped. */
  readonly take: (text: string) => void;
};

/** Takes text, links and files with links that are dropped anywhere on the page. Returns how to stop that. */
export function takeDrops({ over, take }: Drops): () => void {
  const ending = new AbortController();
  const { signal } = ending;
  // A link of the page itself is moved by accident, and text within the box is the browser's to move.
  let isOwn = false;
  document.addEventListener("dragstart", () => (isOwn = true), { signal });
  document.addEventListener("dragend", () => (isOwn = false), { signal });
  const held = ({ dataTransfer }: DragEvent): DataTransfer | undefined =>
    !isOwn && dataTransfer?.types.some((type) => /^(Files|text\/(plain|uri-list|html))$/.test(type)) === true
      ? dataTransfer
      : undefined;
  document.addEventListener(
    "dragover",
    (event) => {
      if (held(event) === undefined) return;
      event.preventDefault();
      over(true);
    },
    { signal },
  );
  document.addEventListener("dragleave", ({ relatedTarget }) => relatedTarget === null && over(false), { signal });
  document.addEventListener(
    "drop",
    (event) => {
      const dropped = held(event);
      over(false);
      if (dropped === undefined) return;
      event.preventDefault();
      if (dropped.files.length > 0) void takeFiles(dropped.files, take);
      else take(dropped.getData("text/uri-list") || dropped.getData("text/plain") || dropped.getData("text/html"));
    },
    { signal },
  );
  return () => ending.abort();
}

async function takeFiles(files: FileList, take: (text: string) => void): Promise<void> {
  for (const file of files) {
    const links = file.size > mostBytes ? [] : findLinks(await file.text().catch(() => ""));
    if (links.length > 0) take(links.join("\n"));
    else toast(sentWords().unreadable(file.name));
  }
}
