import { posix } from "node:path";
import type { DeliverySettings } from "@dwld/daemon";

/** Returns where files go, without credentials: "ftp://host:port/directory"; empty if they stay on this machine. */
export function describeDestination({ by, to }: DeliverySettings): string {
  return by === "worker" ? "" : to;
}

/** The fields of `ftp.path` that are known before the download. */
export type KnownPath = { userName: string; folder: string; site: string; chatId: string };

/** @param seesMachine whether its viewer is told what stands before the task's own part. */
export type PathOf = (task: KnownPath, seesMachine: boolean) => string;

/** Returns where a task's files would arrive, with unknown fields still in braces: by a URL, or on this machine. */
export function pathBy({ to, rules }: DeliverySettings): PathOf {
  return (task, seesMachine) => {
    const path = posix.join("/", fillIn(rules.path, task));
    return seesMachine ? to.replace(/\/+$/, "") + path : path.slice(1);
  };
}

function fillIn(path: string, { userName, folder, site, chatId }: KnownPath): string {
  const known = new Map(Object.entries({ user_name: userName, folder, site, chat_id: chatId }));
  return path.replaceAll(/\{(\w+)\}/g, (field, name: string) => known.get(name) ?? field);
}
