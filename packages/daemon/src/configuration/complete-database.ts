import { join, resolve } from "node:path";
import type { DeepReadonly } from "./frozen.ts";
import { isAddress, isOfThisMachine, isOnSockets, readPostgresUrl } from "./postgres-url.ts";
import type { ParsedConfiguration } from "./schema.ts";
import { withAbsolute } from "./with-absolute.ts";

type Written = ParsedConfiguration["database"];

type Tls = { readonly mode: "verify" | "none"; readonly caFile?: string };

/** Where the task table is: an SQLite file or a PostgreSQL database. */
export type DatabaseSettings =
  | { readonly path: string }
  | {
      readonly url: string;
      readonly tls: Tls;
      readonly passwordFile?: string;
      readonly directUrl: string;
      readonly directTls: Tls;
      readonly owner?: DeepReadonly<NonNullable<Written["owner"]>>;
    };

export function completeDatabase(written: Written, folder: string, data: string): DatabaseSettings {
  const { url, directUrl = url, owner, passwordFile } = written;
  if (url === undefined || directUrl === undefined)
    return { path: resolve(folder, written.path ?? join(data, "dwld.sqlite")) };
  const tls = withAbsolute(written.tls, "caFile", folder);
  return {
    url,
    tls: tlsTo(url, tls),
    ...(passwordFile === undefined ? {} : { passwordFile: resolve(folder, passwordFile) }),
    directUrl,
    directTls: tlsTo(directUrl, tls),
    ...(owner === undefined ? {} : { owner: withAbsolute(owner, "passwordFile", folder) }),
  };
}

function tlsTo(url: string, { mode, caFile }: Written["tls"]): Tls {
  const address = readPostgresUrl(url);
  const isOpen = isAddress(address) && (mode === undefined ? isOfThisMachine(address) : isOnSockets(address));
  if (isOpen || mode === "none") return { mode: "none" };
  return { mode: "verify", ...(caFile === undefined ? {} : { caFile }) };
}
