import { InvalidArgumentError } from "commander";

/** The default of `api.http`: where the api listens for HTTP/1.1. */
export const defaultServer = "http://127.0.0.1:8890";

/** Before the path of a UNIX socket: "unix:/run/dwld/api.socket". */
export const socketPrefix = "unix:";

/** For a person, behind "it". */
export const serverRule = "must be like http://127.0.0.1:8890, or unix:/run/dwld/api.socket";

/** For commander. */
export function serverArgument(text: string): string {
  const server = readServerAddress(text);
  if (server === undefined) throw new InvalidArgumentError(`It ${serverRule}.`);
  return server;
}

/**
 * Reads the value of `--server` or DWLD_SERVER; "host:port" is taken as http.
 * @returns the base URL without a slash at its end, or "unix:" and a path; undefined if it is no address.
 */
export function readServerAddress(text: string): string | undefined {
  if (text.startsWith(`${socketPrefix}/`)) return text;
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.parse(full);
  if (url === null || !["http:", "https:"].includes(url.protocol)) return undefined;
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") return undefined;
  return url.href.replace(/\/+$/, "");
}
