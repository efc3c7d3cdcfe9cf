import { FailureClass } from "@dwld/rpc";

/** Converts a class of the table ("rate_limited", or empty). A class that a newer worker wrote is UNKNOWN. */
export function failureClassOf(name: string): FailureClass {
  if (name === "") return FailureClass.UNSPECIFIED;
  const wanted = name.toUpperCase();
  const known = Object.entries(FailureClass).find(([key]) => key === wanted);
  return known?.[1] ?? FailureClass.UNKNOWN;
}
