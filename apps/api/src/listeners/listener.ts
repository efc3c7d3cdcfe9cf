import type { ConnectRouter } from "@connectrpc/connect";
import type { Address, Logger } from "@dwld/daemon";
import type { BoundByAddress } from "./bound-by-address.ts";
import type { StreamBound } from "./stream-bound.ts";

export type Listener = {
  /** Where it listens, with the port the system chose for port 0. */
  readonly address: Address;
  listening(): boolean;
  /** Takes nothing new, and resolves when everything that runs has ended; at once from `killing` on. */
  close(): Promise<void>;
};

export type ListenerOptions = {
  routes: (router: ConnectRouter) => void;
  logger: Logger;
  /** What runs is cut off from now on. */
  killing: AbortSignal;
};

/** For all listeners together. */
export type CallerBounds = { connections: BoundByAddress; streams: StreamBound };
