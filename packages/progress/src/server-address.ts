/** Where a memcached listens, as memjs and the log want it. */
export type ServerAddress = { readonly text: string; readonly host: string; readonly portOrPath: number | string };

/** Reads "host:port", "[::1]:port" or "unix:/path". Throws a TypeError; the configuration was checked before. */
export function parseServerAddress(text: string): ServerAddress {
  if (text.startsWith("unix:")) return { text, host: "local", portOrPath: text.slice("unix:".length) };
  const { host, port } = /^\[?(?<host>.+?)\]?:(?<port>\d{1,5})$/.exec(text)?.groups ?? {};
  if (host === undefined)
    throw new TypeError(`${JSON.stringify(text)} is not a memcached server; write host:port or unix:/path`);
  return { text, host, portOrPath: Number(port) };
}
