import type { Agent } from "node:https";
import { type Client, createClient, type Interceptor } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { AccessService, DownloadService } from "@dwld/rpc";
import { callIdHeader } from "@dwld/rpc/call-id";
import { socketPrefix } from "../../command-line/server-address.ts";
import { useLightHeaders } from "./light-headers.ts";
import { inLanguage, type ReaderLanguage } from "./reader-language.ts";

export type DownloadClient = Client<typeof DownloadService>;
export type AccessClient = Client<typeof AccessService>;
export type Clients = { readonly client: DownloadClient; readonly access: AccessClient };

/** How long an answer may take; a stream is watched by its heartbeats instead. */
const answerTimeoutMs = 15_000;

export type ConnectOptions = {
  /** The id of each call, by which the server's log names it. */
  callId?: string | undefined;
  /** Which of the texts for a person stay in an answer; undefined: all. */
  language?: ReaderLanguage | undefined;
  /** Decides whether the server is the right one (`PinnedAgent`); undefined: authorities decide. */
  agent?: Agent | undefined;
  /** Undefined: none is sent. */
  token?: string | undefined;
};

/** Returns clients of the api by the Connect protocol over HTTP/1.1. They connect with the first call. */
export function connectTo(server: string, { callId, language, agent, token }: ConnectOptions = {}): Clients {
  useLightHeaders();
  const socketPath = server.startsWith(socketPrefix) ? server.slice(socketPrefix.length) : undefined;
  const transport = createConnectTransport({
    baseUrl: socketPath === undefined ? server : "http://localhost",
    httpVersion: "1.1",
    defaultTimeoutMs: answerTimeoutMs,
    nodeOptions: { ...(agent === undefined ? {} : { agent }), ...(socketPath === undefined ? {} : { socketPath }) },
    interceptors: [
      ...(language === undefined ? [] : [inLanguage(language)]),
      ...(token === undefined ? [] : [withHeader("authorization", `Bearer ${token}`)]),
      ...(callId === undefined ? [] : [withHeader(callIdHeader, callId)]),
    ],
  });
  return { client: createClient(DownloadService, transport), access: createClient(AccessService, transport) };
}

function withHeader(name: string, value: string): Interceptor {
  return (next) => (request) => {
    request.header.set(name, value);
    return next(request);
  };
}
