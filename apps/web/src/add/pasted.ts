import { findLinks } from "./find-links.ts";

/** Returns the links behind the words of a page, if what was copied shows none of them. */
export function linksOfHtml(copied: Pick<DataTransfer, "getData"> | null): string[] {
  const html = copied?.getData("text/html") ?? "";
  if (html === "" || findLinks(copied?.getData("text/plain") ?? "").length > 0) return [];
  // The tags of Word name schemas by addresses, which stand in no href.
  return findLinks(html);
}
