import { type Client, createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { DownloadService } from "@dwld/rpc";
import { inLanguage, type ReaderLanguage } from "./reader-language.ts";

export type DownloadClient = Client<typeof DownloadService>;

/** How long an answer may take; a stream is watched by its heartbeats instead. */
const answerTimeoutMs = 15_000;

/**
 * Returns a client of the api by the Connect protocol over HTTP/1.1. It connects with the first call.
 *
 * @param language which of the texts for a person stay in an answer; undefined: all.
 */
export function connectTo(server: string, language?: ReaderLanguage): DownloadClient {
  return createClient(
    DownloadService,
    createConnectTransport({
      baseUrl: server,
      httpVersion: "1.1",
      defaultTimeoutMs: answerTimeoutMs,
      interceptors: language === undefined ? [] : [inLanguage(language)],
    }),
  );
}
