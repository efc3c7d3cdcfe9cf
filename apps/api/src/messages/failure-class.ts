import { FailureClass } from "@dwld/rpc";

/** The table has the class in lower case ("rate_limited"); empty: none. One that a newer worker wrote is UNKNOWN here. */
export function failureClassOf(name: string): FailureClass {
  if (name === "") return FailureClass.UNSPECIFIED;
  const wanted = name.toUpperCase();
  const known = Object.entries(FailureClass).find(([key]) => key === wanted);
  return known?.[1] ?? FailureClass.UNKNOWN;
}
