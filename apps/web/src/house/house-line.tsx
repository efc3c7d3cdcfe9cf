/** How the house is, in one line. */
export function HouseLine() {
  return null;
}
