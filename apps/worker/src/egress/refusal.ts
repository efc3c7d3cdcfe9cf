import { isPublicAddress } from "./public-address.ts";

/** Why the way out refuses a request; each is told by words of its own, which yt-dlp repeats in its error. */
export type Refusal = "private" | "own_network" | "protocol";

export const refusalWords: Readonly<Record<Refusal, string>> = {
  private: "Private address refused by dwld",
  own_network: "Address of its own network refused by dwld",
  // So says our plugin of yt-dlp, too (allowed_protocols.py).
  protocol: "Protocol refused by dwld",
};

/** The refusal that a text tells of; undefined where it tells of none. */
export function refusalIn(text: string): Refusal | undefined {
  const lower = text.toLowerCase();
  return (Object.keys(refusalWords) as Refusal[]).find((refusal) =>
    lower.includes(refusalWords[refusal].toLowerCase()),
  );
}

/** @param isOwn whether an address belongs to a network of this machine. */
export function refusalOf(address: string, isOwn: (address: string) => boolean): Refusal | undefined {
  if (!isPublicAddress(address)) return "private";
  return isOwn(address) ? "own_network" : undefined;
}
