import type { Agent } from "node:https";
import { type Client, createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { DownloadService } from "@dwld/rpc";
import { useLightHeaders } from "./light-headers.ts";
import { inLanguage, type ReaderLanguage } from "./reader-language.ts";

export type DownloadClient = Client<typeof DownloadService>;

/** How long an answer may take; a stream is watched by its heartbeats instead. */
const answerTimeoutMs = 15_000;

export type ConnectOptions = {
  /** Which of the texts for a person stay in an answer; undefined: all. */
  language?: ReaderLanguage | undefined;
  /** Decides whether the server is the right one (`PinnedAgent`); undefined: authorities decide. */
  agent?: Agent | undefined;
};

/** Returns a client of the api by the Connect protocol over HTTP/1.1. It connects with the first call. */
export function connectTo(server: string, { language, agent }: ConnectOptions = {}): DownloadClient {
  useLightHeaders();
  return createClient(
    DownloadService,
    createConnectTransport({
      baseUrl: server,
      httpVersion: "1.1",
      defaultTimeoutMs: answerTimeoutMs,
      ...(agent === undefined ? {} : { nodeOptions: { agent } }),
      interceptors: language === undefined ? [] : [inLanguage(language)],
    }),
  );
}
