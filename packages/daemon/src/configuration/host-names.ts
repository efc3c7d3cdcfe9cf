/** Whether a host is this one or below it; both as a URL spells them. */
export function isBelow(host: string, above: string): boolean {
  return host === above || host.endsWith(`.${above}`);
}
