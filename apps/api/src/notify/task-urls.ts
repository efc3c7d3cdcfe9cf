import { isIP } from "node:net";
import { isPublicAddress } from "@dwld/daemon";
import type { Address } from "@dwld/queue";
import { withoutBrackets } from "@dwld/text";

/** Names that no public host has: of this machine, of its network, or without a dot. */
const privateName = /^(?:localhost|[^.]+)$|\.(?:localhost|local|lan|internal|home|home\.arpa)$/i;

/** The longest address, in characters. */
const mostCharacters = 2048;

/** The addresses that clients may name with a task: those that go on where one of a list ends, by whole segments of the path. */
export class TaskUrls {
  readonly #prefixes: readonly URL[];

  constructor(prefixes: readonly string[]) {
    this.#prefixes = prefixes.map((prefix) => new URL(prefix));
  }

  get areNone(): boolean {
    return this.#prefixes.length === 0;
  }

  /** Returns an address in its one spelling and its lane, or what is wrong with it, as a clause behind its name. */
  read(text: string): Address | string {
    if (this.areNone) return "is not allowed by this server: its setting notify.taskUrls names no address";
    if (text.length > mostCharacters) return `has more than ${mostCharacters} characters`;
    const url = /^https?:\/\//i.test(text) ? URL.parse(text) : null;
    if (url === null) return "is no http or https address";
    if (url.username !== "" || url.password !== "") return "holds a user name or a password";
    if (url.hash !== "") return "has a part behind #, which no server gets";
    if (this.#prefixOf(url) === undefined)
      return "is not allowed by this server: its setting notify.taskUrls names others";
    return { url: url.href, lane: laneOf(url.origin) };
  }

  /** Whether messages of this lane go where the list allows. */
  hasLane(lane: string): boolean {
    return this.#prefixes.some(({ origin }) => laneOf(origin) === lane);
  }

  /** Returns a function that says whether such an address may be reached at an IP address; undefined: not at all. */
  reachOf(url: URL): ((address: string) => boolean) | undefined {
    const prefix = this.#prefixOf(url);
    if (prefix === undefined) return undefined;
    const host = withoutBrackets(prefix.hostname);
    const isNamed = isIP(host) === 0 ? privateName.test(host) : !isPublicAddress(host);
    return isNamed ? () => true : isPublicAddress;
  }

  #prefixOf(url: URL): URL | undefined {
    return this.#prefixes.find((prefix) => prefix.origin === url.origin && goesOn(prefix, url));
  }
}

const laneOf = (origin: string) => `tasks ${origin}`;

/** A server may read an encoded slash or dot as one: such a path is none that goes on. */
function goesOn(prefix: URL, url: URL): boolean {
  if (/%(?:2f|2e|5c)/i.test(url.pathname)) return false;
  if (prefix.search !== "") return url.pathname === prefix.pathname && url.search === prefix.search;
  const folder = prefix.pathname.endsWith("/") ? prefix.pathname : `${prefix.pathname}/`;
  return url.pathname === prefix.pathname || url.pathname.startsWith(folder);
}
