/** The default of `api.http`: where the api listens for HTTP/1.1. */
export const defaultServer = "http://127.0.0.1:8890";

/**
 * Reads the value of `--server` or DWLD_SERVER; "host:port" is taken as http.
 * @returns the base URL without a slash at its end; undefined if it is no http or https address.
 */
export function readServerAddress(text: string): string | undefined {
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.parse(full);
  if (url === null || !["http:", "https:"].includes(url.protocol)) return undefined;
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") return undefined;
  return url.href.replace(/\/+$/, "");
}
