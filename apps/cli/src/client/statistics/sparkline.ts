const bars = "▁▂▃▄▅▆▇█";

/** Draws a bar for each number, the highest for the largest; a dot for none. */
export function sparkline(numbers: readonly number[]): string {
  const most = Math.max(...numbers, 1);
  return numbers
    .map((number) => (number <= 0 ? "·" : bars.charAt(Math.ceil((number / most) * bars.length) - 1)))
    .join("");
}
