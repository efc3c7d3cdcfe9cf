import { BlockList, isIP } from "node:net";
import { networkInterfaces } from "node:os";

type Interfaces = ReturnType<typeof networkInterfaces>;

/** Age at which the interfaces are read again: a router may assign another prefix, a tunnel may open. */
const readAgainMs = 5000;

/** Shortest prefix of a network that counts. In a larger network, only the machine's own address counts. */
const largest4 = 16;
/** Shortest prefix of a site (RFC 6177). */
const largest6 = 48;
/** Prefix of a link (RFC 4291, 2.5.1), even if DHCPv6 assigns the machine a /128 of it. */
const link6 = 64;

/** Creates a check whether an address lies in a network of this machine's interfaces; its own addresses do. */
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
    return isIP(address) === 6 ? networks.of6.check(address, "ipv6") : networks.of4.check(address);
  };
}

/**
 * A list for each family: a BlockList takes an IPv4 address for an IPv6 one, too (::ffff:0:0/96), which lies in the ::/64 of
 * the loopback address ::1.
 */
function networksOf(interfaces: Interfaces): { of4: BlockList; of6: BlockList } {
  const [of4, of6] = [new BlockList(), new BlockList()];
  for (const { cidr } of Object.values(interfaces).flatMap((addresses) => addresses ?? [])) {
    // Null if the netmask is invalid.
    const [address = "", bits = ""] = cidr?.split("/") ?? [];
    const family = isIP(address);
    if (family === 4) of4.addSubnet(address, prefix4(Number(bits)), "ipv4");
    if (family === 6) of6.addSubnet(address, prefix6(Number(bits)), "ipv6");
  }
  return { of4, of6 };
}

function prefix4(bits: number): number {
  return bits < largest4 ? 32 : bits;
}

function prefix6(bits: number): number {
  return bits < largest6 ? link6 : Math.min(bits, link6);
}
