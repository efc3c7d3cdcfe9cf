import { BlockList, isIP } from "node:net";
import { networkInterfaces } from "node:os";

type Interfaces = ReturnType<typeof networkInterfaces>;

/** Interfaces come and go: a router gives out another prefix, a tunnel opens. */
const readAgainMs = 5000;

/** A network that is larger says nothing of a neighbourhood: of it, the machine's own address alone is meant. */
const largest4 = 16;
/** A site has a /48 at most (RFC 6177). */
const largest6 = 48;
/** A link has a /64 (RFC 4291, 2.5.1), also where DHCPv6 gives the machine a /128 of it. */
const link6 = 64;

/** Whether an address, as text, lies in a network that an interface of this machine is in; its own are among them. */
export function createOwnNetworkCheck(
  readInterfaces: () => Interfaces = networkInterfaces,
  monotonicMs: () => number = () => performance.now(),
): (address: string) => boolean {
  let networks = networksOf(readInterfaces());
  let readAtMs = monotonicMs();
  return (address) => {
    if (monotonicMs() - readAtMs > readAgainMs) {
      networks = networksOf(readInterfaces());
      readAtMs = monotonicMs();
    }
    return networks.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
  };
}

function networksOf(interfaces: Interfaces): BlockList {
  const networks = new BlockList();
  for (const { cidr } of Object.values(interfaces).flatMap((addresses) => addresses ?? [])) {
    // Null where the netmask is none.
    const [address = "", bits = ""] = cidr?.split("/") ?? [];
    const family = isIP(address);
    if (family === 4) networks.addSubnet(address, prefix4(Number(bits)), "ipv4");
    if (family === 6) networks.addSubnet(address, prefix6(Number(bits)), "ipv6");
  }
  return networks;
}

function prefix4(bits: number): number {
  return bits < largest4 ? 32 : bits;
}

function prefix6(bits: number): number {
  return bits < largest6 ? link6 : Math.min(bits, link6);
}
