import { BlockList, isIP } from "node:net";

/**
 * Addresses that no public site has: loopback, private and link-local networks, metadata services of clouds, multicast,
 * documentation. From IANA's registries of special-purpose addresses (RFC 6890 and its updates).
 */
const special4 = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const;

/** The exceptions within 2000::/3, which alone is assigned for the internet. */
const special6 = [
  ["2001::", 23],
  ["2001:db8::", 32],
  // 6to4 carries an IPv4 address inside.
  ["2002::", 16],
  ["3fff::", 20],
] as const;

const blocked = new BlockList();
for (const [network, prefix] of special4) blocked.addSubnet(network, prefix, "ipv4");
for (const [network, prefix] of special6) blocked.addSubnet(network, prefix, "ipv6");
const internet6 = new BlockList();
internet6.addSubnet("2000::", 3, "ipv6");

/** Returns whether an IP address can be that of a public site. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !blocked.check(address, "ipv4");
    case 6:
      return internet6.check(address, "ipv6") && !blocked.check(address, "ipv6");
    default:
      return false;
  }
}
