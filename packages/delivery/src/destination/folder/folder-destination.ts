import { join } from "node:path";
import { type Host, localDestination } from "@dwld/queue";
import type { Destination } from "../destination.ts";
import { refusalInRussian } from "./folder-error.ts";
import { FolderSession } from "./folder-session.ts";

/** The destination if delivery is off: a folder on this host, to which files are linked, or copied if they must be. */
export function createFolderDestination(root: string, { name, shared }: Host): Destination {
  return {
    name: localDestination(shared === "" ? name : shared, root),
    title: "the download folder",
    words: { refusalInRussian },
    localPath: (path) => join(root, path),
    connect: async (signal) => {
      signal.throwIfAborted();
      return new FolderSession(root, signal);
    },
    close: () => {},
  };
}
