/** The address at which the box takes a link; the link follows it, encoded. */
export function sharingAddress(server: string): string {
  return `${server}/?url=`;
}

/** Returns the address of a bookmark that opens the page with the link of the page at which somebody looks. */
export function bookmarkAddress(server: string): string {
  const address = JSON.stringify(sharingAddress(server));
  const code = `void open(${address}+encodeURIComponent(location.href),"_blank","noopener")`;
  // A browser decodes the address before it runs it.
  return `javascript:${encodeURI(code)}`;
}
