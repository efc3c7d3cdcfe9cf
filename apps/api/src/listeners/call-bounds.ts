import type { ServerResponse } from "node:http";
import type { Http2ServerResponse } from "node:http2";
import {
  type ConnectError,
  type ContextValues,
  createContextKey,
  createContextValues,
  type HandlerContext,
} from "@connectrpc/connect";
import { clientAddress, type Request } from "../access/client-address.ts";
import { type Caller, callerKey, holderOf } from "../limits/caller.ts";
import type { BoundByAddress } from "./bound-by-address.ts";

type Response = ServerResponse | Http2ServerResponse;

/** Methods of which one address may have few calls under way: streams, and large requests. */
export type BoundedCalls = {
  /** "/service/method" */
  readonly paths: ReadonlySet<string>;
  readonly places: BoundByAddress;
  /** @param address what was refused one more. */
  readonly refusal: (address: string) => ConnectError;
};

/** The error with which a call is refused. */
const refusalKey = createContextKey<ConnectError | undefined>(undefined);

/** Bounds the calls that are under way at once, over both listeners. */
export class CallBounds {
  readonly #bounds: readonly BoundedCalls[];
  readonly #refused = new WeakMap<Request, ConnectError>();

  constructor(bounds: readonly BoundedCalls[]) {
    this.#bounds = bounds;
  }

  /** Counts a request until its end, if its method is bounded. Called for each request, before its handler. */
  count(request: Request, response: Response): void {
    const [path = ""] = (request.url ?? "").split("?", 1);
    const bound = this.#bounds.find(({ paths }) => paths.has(path));
    if (bound === undefined) return;
    const address = clientAddress(request);
    const release = bound.places.admit(address);
    if (release === undefined) this.#refused.set(request, bound.refusal(holderOf(address)));
    else response.once("close", release);
  }

  /** For the adapter's `contextValues`. */
  contextOf(request: Request): ContextValues {
    return createContextValues().set(refusalKey, this.#refused.get(request)).set(callerKey, callerBy(request));
  }
}

/** Refuses a call beyond its bound. For the router's `requestGate`: the request is not even read. */
export function refuseBeyondBounds({ values }: Pick<HandlerContext, "values">): void {
  const refusal = values.get(refusalKey);
  if (refusal !== undefined) throw refusal;
}

function callerBy(request: Request): Caller {
  const address = clientAddress(request);
  return { address: address === undefined ? undefined : holderOf(address) };
}
