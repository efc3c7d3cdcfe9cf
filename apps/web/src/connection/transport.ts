import { createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-web";
import { AccessService, DownloadService } from "@dwld/rpc";

/** The folder of the page, without a slash at its end: the page may be served below a prefix by a proxy. */
export const server = new URL(".", document.baseURI).href.replace(/\/$/, "");

const transport = createConnectTransport({ baseUrl: server, useBinaryFormat: true });

export const downloads = createClient(DownloadService, transport);
export const access = createClient(AccessService, transport);

/** Returns the address of what the api serves beside its methods: `File.download_path`, `Task.thumbnail_path`. */
export function addressOf(path: string): string {
  return `${server}/${path}`;
}
