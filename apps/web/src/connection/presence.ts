/** Whether somebody looks at the page, and what may have changed the way to the server. */
export type Presence = {
  readonly isShown: () => boolean;
  /** Calls the listener for each change; returns a function that ends that. `network`: the way may be another one. */
  readonly listen: (listener: (change: Change) => void) => () => void;
};

export type Change = "shown" | "hidden" | "network";

/**
 * Returns the presence of this tab. A hidden tab holds no stream, since a browser opens six connections to a host over
 * HTTP/1.1, and one that was left is kept for the way back only if it has none.
 */
export function tabPresence(): Presence {
  let isLeft = false;
  const isShown = (): boolean => !document.hidden && !isLeft;
  const listeners = new Set<(change: Change) => void>();
  const tell = (change: Change): void => {
    for (const listener of listeners) listener(change);
  };
  const look = (): void => {
    tell(isShown() ? "shown" : "hidden");
  };
  document.addEventListener("visibilitychange", look);
  addEventListener("pagehide", () => {
    isLeft = true;
    look();
  });
  addEventListener("pageshow", () => {
    if (!isLeft) return;
    isLeft = false;
    look();
  });
  // An open stream outlives the loss of the network, and a server on this very machine outlives it, too: both are found out.
  for (const name of ["online", "offline"])
    addEventListener(name, () => {
      tell("network");
    });
  return {
    isShown,
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
