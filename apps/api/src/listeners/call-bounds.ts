import type { ServerResponse } from "node:http";
import type { Http2ServerResponse } from "node:http2";
import {
  type ConnectError,
  type ContextValues,
  createContextKey,
  createContextValues,
  type HandlerContext,
} from "@connectrpc/connect";
import type { Request } from "../access/trusted-proxies.ts";
import { type Caller, callerKey } from "../limits/caller.ts";

type Response = ServerResponse | Http2ServerResponse;

/** Methods of which one caller may have few calls under way: streams, and large requests. */
export type BoundedCalls = {
  /** "/service/method" */
  readonly paths: ReadonlySet<string>;
  /** Returns a function that releases the place of a call, or the error if there is none. */
  readonly hold: (caller: Caller) => (() => void) | ConnectError;
};

/** The error with which a call is refused. */
const refusalKey = createContextKey<ConnectError | undefined>(undefined);

/** Bounds the calls that are under way at once, over all listeners. */
export class CallBounds {
  readonly #bounds: readonly BoundedCalls[];
  readonly #calls = new WeakMap<Request, { caller: Caller; refusal: ConnectError | undefined }>();

  constructor(bounds: readonly BoundedCalls[]) {
    this.#bounds = bounds;
  }

  /** Counts a request until its end, if its method is bounded. Called for each request that was let in, before its handler. */
  count(request: Request, response: Response, caller: Caller): void {
    const [path = ""] = (request.url ?? "").split("?", 1);
    const held = this.#bounds.find(({ paths }) => paths.has(path))?.hold(caller);
    if (typeof held === "function") response.once("close", held);
    this.#calls.set(request, { caller, refusal: typeof held === "function" ? undefined : held });
  }

  /** For the adapter's `contextValues`. */
  contextOf(request: Request): ContextValues {
    const values = createContextValues();
    const call = this.#calls.get(request);
    return call === undefined ? values : values.set(refusalKey, call.refusal).set(callerKey, call.caller);
  }
}

/** Refuses a call beyond its bound. For the router's `requestGate`: the request is not even read. */
export function refuseBeyondBounds({ values }: Pick<HandlerContext, "values">): void {
  const refusal = values.get(refusalKey);
  if (refusal !== undefined) throw refusal;
}
