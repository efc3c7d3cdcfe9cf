import { isPublicAddress } from "@dwld/daemon";

/** Why the egress proxy refuses a request. Each has words of its own, which yt-dlp repeats in its error. */
export type Refusal = "private" | "own_network" | "protocol";

export const refusalWords: Readonly<Record<Refusal, string>> = {
  private: "Private address refused by dwld",
  own_network: "Address of its own network refused by dwld",
  // The yt-dlp plugin allowed_protocols.py uses the same words.
  protocol: "Protocol refused by dwld",
};

/** Returns the refusal that a text reports; undefined if it reports none. */
export function refusalIn(text: string): Refusal | undefined {
  const lower = text.toLowerCase();
  return (Object.keys(refusalWords) as Refusal[]).find((refusal) =>
    lower.includes(refusalWords[refusal].toLowerCase()),
  );
}

/** Returns why an address is refused. @param isOwn returns whether it belongs to a network of this machine. */
export function refusalOf(address: string, isOwn: (address: string) => boolean): Refusal | undefined {
  if (!isPublicAddress(address)) return "private";
  return isOwn(address) ? "own_network" : undefined;
}
