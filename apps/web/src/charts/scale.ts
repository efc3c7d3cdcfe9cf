/** Returns where an axis from 0 has its lines: at steps of 1, 2 or 5 times a power of ten, the last at or above the highest value. */
export function ticksOf(highest: number, mostSteps = 3): readonly number[] {
  const step = roundStep(Math.max(highest, 1) / mostSteps);
  const steps = Math.max(1, Math.ceil(highest / step));
  return Array.from({ length: steps + 1 }, (_, index) => index * step);
}

/** Rounds up; what is counted has no step below 1. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 5, 10].find((each) => each * power >= least) ?? 10;
  return Math.max(1, factor * power);
}

/**
 * Returns the shares of a whole in percent, each with the sum of those before it. A share of something is at least `least`
 * wide, so that it can be seen; the wide ones give what it lacks.
 */
export function sharesOf(values: readonly number[], least: number): readonly { from: number; size: number }[] {
  const total = values.reduce((sum, value) => sum + value, 0);
  const sizes = values.map((value) => (total === 0 || value <= 0 ? 0 : Math.max(least, (100 * value) / total)));
  const surplus = sizes.reduce((sum, size) => sum + size, 0) - 100;
  const room = sizes.reduce((sum, size) => sum + Math.max(0, size - least), 0);
  let from = 0;
  return sizes.map((size) => {
    const given = surplus > 0 && room > 0 ? (surplus * Math.max(0, size - least)) / room : 0;
    const share = { from, size: size - given };
    from += share.size;
    return share;
  });
}
