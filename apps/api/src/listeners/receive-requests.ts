import { type IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { refuseOrigin } from "@dwld/daemon";
import { callIdHeader, makeCallId, readCallId } from "@dwld/rpc/call-id";
import { ConnectError } from "@connectrpc/connect";
import { type Admission, type Door, setAdmission } from "../access/gate.ts";
import { isLocal } from "../access/identity.ts";
import { isOwnOrigin, isOwnRead } from "../access/session-cookie.ts";
import { type Client, clientKey, type Request } from "../access/trusted-proxies.ts";
import { type Caller, holderOf } from "../limits/caller.ts";
import { taskFileOf } from "../page/task-files/task-file.ts";
import { callIdKey } from "../rules/call-id.ts";
import type { CallBounds } from "./call-bounds.ts";
import type { ListenerOptions } from "./listener.ts";
import { routerOptions } from "./router-options.ts";

type Receive = (request: IncomingMessage | Http2ServerRequest, response: ServerResponse | Http2ServerResponse) => void;

type ReceiveOptions = Omit<ListenerOptions, "killing"> & {
  calls: CallBounds;
  door: Door;
  /** The names that the listener answers to; undefined if no browser can reach it, as with HTTP/2 in the clear. */
  own?: { has(host: string): boolean };
};

/** Returns what answers each request of a listener. It refuses other hosts and foreign origins, and counts calls. */
export function receiveRequests({
  routes,
  gate,
  page,
  proxies,
  logger,
  counts,
  calls,
  door,
  own,
}: ReceiveOptions): Receive {
  const admitted = new WeakMap<Request, { client: Client; admission: Admission; callId: string }>();
  const handle = connectNodeAdapter({
    ...routerOptions(logger, counts),
    routes,
    contextValues: (request) => {
      const values = calls.contextOf(request);
      const caller = admitted.get(request);
      if (caller !== undefined) {
        setAdmission(values, caller.admission);
        values.set(clientKey, caller.client);
        values.set(callIdKey, caller.callId);
      }
      return values;
    },
  });
  return (request, response) => {
    const client = proxies.clientOf(request);
    if (own !== undefined) {
      const { ":authority": authority, host = authority, origin } = request.headers as Record<string, string>;
      const refusal = refuseOrigin({ host, origin, localAddress: request.socket.localAddress }, own);
      if (refusal !== undefined) {
        answer(response, 403, refusal);
        return;
      }
      if (page.answer({ request, response }, client)) return;
    }
    // No browser reaches HTTP/2 in the clear.
    const asked = own === undefined ? undefined : taskFileOf(request);
    const admission = gate.admit(request, door, client, asked === undefined ? isOwnOrigin : isOwnRead);
    if (asked !== undefined) {
      page.answerTaskFile(asked, { request, response }, { admission, caller: callerBy(client, admission), client });
      return;
    }
    const callId = readCallId(request.headers[callIdHeader]) ?? makeCallId();
    response.setHeader(callIdHeader, callId);
    admitted.set(request, { client, admission, callId });
    // One that is refused is not even read, and could keep a place for as long as it pleases by sending no end.
    if (!(admission instanceof ConnectError)) calls.count(request, response, callerBy(client, admission));
    try {
      handle(request, response);
    } catch (error) {
      // The adapter throws if :authority is no host.
      logger.debug({ err: error }, "a request could not be read");
      answer(response, 400, "the request names no host");
    }
  };
}

function callerBy({ address }: Client, admission: Admission): Caller {
  return {
    address: address === undefined ? undefined : holderOf(address),
    token:
      admission instanceof ConnectError || isLocal(admission)
        ? undefined
        : { id: admission.id, name: admission.name, chats: admission.scope },
  };
}

function answer(response: ServerResponse | Http2ServerResponse, status: number, sentence: string): void {
  response.statusCode = status;
  response.setHeader("content-type", "text/plain; charset=utf-8");
  if (response instanceof ServerResponse) response.setHeader("connection", "close");
  (response as ServerResponse).end(`${sentence}\n`);
}
