import { leftOutText, LimitReachedError } from "@dwld/limits";
import { parseOptions, type TaskOptions } from "@dwld/options";
import type { Transaction } from "../store/database.ts";
import type { TaskRow } from "../store/schema.ts";
import { addressesOf, TooManyAddressesError } from "../outbox/outbox.ts";
import { siteOf } from "../sites/site-of.ts";
import { insertTask, type TaskRequest } from "./add-task.ts";
import type { Allowance } from "./allowance.ts";
import type { Texts } from "./texts.ts";

/** Entries of a playlist that were not listed, since as many as `most` become tasks. */
export type Beyond = { readonly most: number; readonly total?: number };

/** A playlist that was listed. */
export type Listed = {
  readonly entries: readonly { link: string; title: string }[];
  readonly sites: Parameters<typeof siteOf>[1];
  /** How much the chat may have. Default: no limit. */
  readonly allowance?: Allowance;
  readonly beyond?: Beyond;
};

/**
 * Makes tasks of the entries of a playlist, with the options of the playlist, and with its addresses, where their ends are
 * told. Returns the number of new ones, and a remark if a limit kept some out.
 */
export async function insertEntries(
  transaction: Transaction,
  parent: TaskRow,
  { entries, sites, allowance = {}, beyond }: Listed,
  now: number,
): Promise<{ count: number; remark: Texts | undefined }> {
  const options: TaskOptions = { ...parseOptions(parent), playlist: false, playlistLimit: 0 };
  const addresses = await addressesOf(transaction, parent.seq);
  let count = 0;
  for (const [taken, { link, title }] of entries.entries()) {
    const entry: TaskRequest = {
      ...{ link, title, site: siteOf(link, sites), options },
      chatId: parent.chat_id,
      userName: parent.user_name,
      folder: parent.folder,
      targetQuality: parent.target_quality,
      parentId: parent.id,
      addresses,
    };
    try {
      const { how } = await insertTask(transaction, entry, now, allowance);
      if (how === "new") count += 1;
    } catch (error) {
      // The task of an equal request goes on for those who asked for it before.
      if (error instanceof TooManyAddressesError) continue;
      if (!(error instanceof LimitReachedError)) throw error;
      const { limit, most } = error.reached;
      const total = beyond === undefined ? entries.length : beyond.total;
      return { count, remark: leftOutText({ taken, total, limit, subject: "chat", most }) };
    }
  }
  if (beyond === undefined) return { count, remark: undefined };
  const { most, total } = beyond;
  const taken = entries.length;
  return { count, remark: leftOutText({ taken, total, limit: "playlistEntries", subject: "chat", most }) };
}
