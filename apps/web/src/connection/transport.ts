import { createClient, type Interceptor } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-web";
import { AccessService, DownloadService } from "@dwld/rpc";
import { tellServerTime } from "./clock.ts";

/** The folder of the page, without a slash at its end: the page may be served below a prefix by a proxy. */
export const server = new URL(".", document.baseURI).href.replace(/\/$/, "");

/** Learns the server's time of each answer, since the clock of the browser may be wrong. */
const readTime: Interceptor = (next) => async (request) => {
  const response = await next(request);
  const date = Date.parse(response.header.get("date") ?? "");
  if (!Number.isNaN(date)) tellServerTime(new Date(date), "answer");
  return response;
};

const options = { baseUrl: server, useBinaryFormat: true, interceptors: [readTime] };
const transport = createConnectTransport(options);

export const downloads = createClient(DownloadService, transport);
export const access = createClient(AccessService, transport);

/** Returns a client that calls `heard` for each piece of an answer: on a slow line, a message takes long. */
export function hearing(heard: () => void) {
  const fetchAndHear: typeof fetch = async (...asked) => {
    const response = await fetch(...asked);
    heard();
    const pieces = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform: (piece, controller) => {
        heard();
        controller.enqueue(piece);
      },
    });
    return new Response(response.body?.pipeThrough(pieces) ?? null, response);
  };
  return createClient(DownloadService, createConnectTransport({ ...options, fetch: fetchAndHear }));
}

/** Returns the address of what the api serves beside its methods: `File.download_path`, `Task.thumbnail_path`. */
export function addressOf(path: string): string {
  return `${server}/${path}`;
}
