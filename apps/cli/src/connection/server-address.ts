/** Where the api of an installation listens for HTTP/1.1 when nothing else is configured (`api.http`). */
export const DEFAULT_SERVER = "http://127.0.0.1:8890";

/**
 * Reads what `--server` or DWLD_SERVER says: "host:port" is taken as http.
 * @returns the base URL, without a slash at its end; undefined where it is no http or https address.
 */
export function readServerAddress(text: string): string | undefined {
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.parse(full);
  if (url === null || !["http:", "https:"].includes(url.protocol)) return undefined;
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") return undefined;
  return url.href.replace(/\/+$/, "");
}
