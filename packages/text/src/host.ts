/**
 * Returns a host as sockets, resolvers and certificates spell it: an IPv6 address without the brackets that it has in a URL.
 */
export function withoutBrackets(host: string): string {
  return host.startsWith("[") && host.endsWith("]") ? host.slice(1, -1) : host;
}
