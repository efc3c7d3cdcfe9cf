/** By then whatever was only needed for the start is garbage, ms. */
const settleMs = 5000;

/**
 * Returns the memory of the start to the system a while after it, once: a fifth of the process. An idle process allocates
 * so little that V8 would not look for garbage in hours. Does nothing in a Node without `--expose-gc`.
 */
export function collectGarbageOfStart(): void {
  setTimeout(() => globalThis.gc?.({ type: "major", flavor: "last-resort" }), settleMs).unref();
}
