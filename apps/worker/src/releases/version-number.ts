/** A release: "2026.10.26", of a night "2026.10.26.232721". */
const pattern = /^\d{4}\.\d{2}\.\d{2}(\.\d{1,6})?$/;

export function isVersionNumber(text: string): boolean {
  return pattern.test(text);
}

/** Returns whether a version is newer than another. One that is no release is older than any. */
export function isNewer(version: string, other: string): boolean {
  return compareVersions(version, other) > 0;
}

/** Compares as `Array.sort` wants it: the older first. */
export function compareVersions(one: string, other: string): number {
  const [a, b] = [partsOf(one), partsOf(other)];
  for (let index = 0; index < 4; index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function partsOf(version: string): number[] {
  return isVersionNumber(version) ? version.split(".").map(Number) : [];
}
