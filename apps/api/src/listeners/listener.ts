import type { ConnectRouter } from "@connectrpc/connect";
import type { Address, Logger } from "@dwld/daemon";
import type { Gate } from "../access/gate.ts";
import type { TrustedProxies } from "../access/trusted-proxies.ts";
import type { HeldPlaces } from "../limits/held-places.ts";
import type { Page } from "../page/page.ts";
import type { CallBounds } from "./call-bounds.ts";
import type { RpcCounts } from "./rpc-counts.ts";

export type Listener<Bound = Address> = {
  /** The address with its real port, if port 0 was asked for; the path of a UNIX socket. */
  readonly address: Bound;
  listening(): boolean;
  /** Accepts no more connections, and resolves when the open ones have ended; `killing` cuts them off. */
  close(): Promise<void>;
};

export type ListenerOptions = {
  routes: (router: ConnectRouter) => void;
  gate: Gate;
  page: Page;
  proxies: TrustedProxies;
  logger: Logger;
  counts: RpcCounts;
  /** Aborted when open connections are to be cut off. */
  killing: AbortSignal;
};

/** Bounds for each caller, over all listeners. */
export type CallerBounds = { connections: Pick<HeldPlaces, "admit">; calls: CallBounds };
