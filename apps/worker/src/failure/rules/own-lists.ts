import type { Dissection } from "../dissect-message.ts";

/** Lists that every account has: YouTube's ids, and yt-dlp's names for those of other sites. */
const ownList = /^(?:WL|LL|LM|HL|FEhistory|FElibrary|FEsubscriptions|watch_?later|history|liked|favou?rites)$/i;
const absent = /does(?:n't| not) exist|not found|unavailable|not available|private|no longer/;

/**
 * Tells whether a list is said to be missing that every account has. Then the site did not recognise our account: there
 * are no cookies, or they are stale.
 */
export function ownListMissing({ id, sentence }: Pick<Dissection, "id" | "sentence">): boolean {
  return id !== undefined && ownList.test(id) && absent.test(sentence);
}
