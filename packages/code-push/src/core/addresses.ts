import { BlockList, isIP } from "node:net";

const V4 = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 3],
] as const;

/**
 * Among them those that carry an IPv4 address inside: whatever it is, nobody's Git host is reached that way. Mapped ones
 * (`::ffff:...`) are not here: BlockList itself takes them for the IPv4 address that they are.
 */
const V6 = [
  ["::", 96],
  ["64:ff9b::", 96],
  ["64:ff9b:1::", 48],
  ["2002::", 16],
  ["fc00::", 7],
  ["fe80::", 10],
  ["fec0::", 10],
  ["ff00::", 8],
] as const;

const closed = new BlockList();
for (const [network, prefix] of V4) closed.addSubnet(network, prefix, "ipv4");
for (const [network, prefix] of V6) closed.addSubnet(network, prefix, "ipv6");

/** Whether an address is not on the public internet. What is no address at all counts as private. */
export function isPrivateAddress(address: string): boolean {
  const family = isIP(address);
  return family === 0 || closed.check(address, family === 4 ? "ipv4" : "ipv6");
}
