/** For a person, behind "it". */
export const fingerprintRule = "must be 32 pairs of hexadecimal digits";

/** Returns a fingerprint as Node writes it, "AB:CD:…"; undefined if the text is no SHA-256. */
export function readFingerprint(text: string): string | undefined {
  if (!/^[0-9a-f]{2}(:?[0-9a-f]{2}){31}$/i.test(text)) return undefined;
  return text.toUpperCase().replaceAll(":", "").match(/../g)?.join(":");
}
