import { execa } from "execa";

/** A network of 254 addresses that this process and the machines plugged into it share. */
export interface Network {
  readonly name: string;
  /** The address of this process, on which servers may listen. */
  readonly address: string;
  /** The address with this number, from 1 to 254. */
  addressOf(number: number): string;
  /** Gives this process a further address. */
  addAddress(number: number): Promise<string>;
}

/**
 * Makes a bridge. This process must be in a network of its own (`enterOwnNetwork`), with which the bridge vanishes.
 *
 * @param name at most 8 letters.
 * @param subnet the third number of its addresses, 10.77.SUBNET.
 */
export async function makeNetwork(name: string, subnet: number): Promise<Network> {
  const addressOf = (number: number) => `10.77.${subnet}.${number}`;
  const addAddress = async (number: number) => {
    await execa("ip", ["address", "add", `${addressOf(number)}/24`, "dev", name]);
    return addressOf(number);
  };
  await execa("ip", ["link", "set", "lo", "up"]);
  await execa("ip", ["link", "add", name, "type", "bridge"]);
  const address = await addAddress(1);
  await execa("ip", ["link", "set", name, "up"]);
  return { name, address, addressOf, addAddress };
}
