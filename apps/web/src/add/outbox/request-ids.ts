/**
 * Returns ids of requests, which sort in the order in which they were made. `crypto.randomUUID` is missing on pages that were
 * not fetched by HTTPS, as http://nas.
 */
export function requestIds(count: number, nowMs = Date.now()): string[] {
  const random = [...crypto.getRandomValues(new Uint8Array(12))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
  const time = nowMs.toString(36).padStart(9, "0");
  return Array.from({ length: count }, (_, index) => `web-${time}-${random}-${String(index).padStart(5, "0")}`);
}
