/** Where a memcached listens, for memjs and for the log. */
export type ServerAddress = { readonly text: string; readonly host: string; readonly portOrPath: number | string };

/** Parses "host:port", "[::1]:port" or "unix:/path". @throws TypeError; the configuration has been checked before. */
export function parseServerAddress(text: string): ServerAddress {
  if (text.startsWith("unix:")) return { text, host: "local", portOrPath: text.slice("unix:".length) };
  const { host, port } = /^\[?(?<host>.+?)\]?:(?<port>\d{1,5})$/.exec(text)?.groups ?? {};
  if (host === undefined)
    throw new TypeError(`${JSON.stringify(text)} is not a memcached server; write host:port or unix:/path`);
  return { text, host, portOrPath: Number(port) };
}
