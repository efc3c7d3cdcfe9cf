import { hourMs } from "@dwld/timing";
import { formatAddress } from "../network/listen-address.ts";
import type { Configuration, FtpSettings } from "./complete-configuration.ts";
import { defaultPath } from "./default-path.ts";

/** The operator's rules for every delivery: settings of the destination's section, as `ftp` is one. */
export type DeliveryRules = {
  /** The folder at the destination below which all files go. */
  readonly directory: string;
  /** A file's path below that folder, with fields in braces: see `ftp.path`. */
  readonly path: string;
  /** Decides if another file has the name. */
  readonly conflict: "rename" | "overwrite" | "skip";
  readonly verify: "size" | "hash" | "readback";
};

/** The ways of a configuration to deliver files. */
export type DeliverySettings = {
  /** With delivery off it is the worker, so that a worker alone is enough. */
  readonly by: "ftp-sender" | "worker";
  /** The destination as a person knows it: "ftp://host:port/directory" without credentials, or a folder of this machine. */
  readonly to: string;
  readonly rules: DeliveryRules;
  /** Deliveries at once. */
  readonly parallel: number;
  /** Milliseconds after which a delivery that has not succeeded fails, unless it waits for the operator. */
  readonly giveUpAfterMs: number;
};

/** Nobody configures these: a copy to another file system is read back. */
export const folderRules = { directory: "", path: defaultPath, conflict: "rename", verify: "readback" } as const;

/** Returns what the sections `ftp` and `worker` mean for deliveries. This alone knows that no `ftp` means the download folder. */
export function deliveryOf({ ftp, worker }: Pick<Configuration, "ftp" | "worker">): DeliverySettings {
  if (ftp === undefined)
    return {
      by: "worker",
      to: worker.downloads,
      rules: folderRules,
      parallel: worker.parallel,
      giveUpAfterMs: worker.maxTotalHours * hourMs,
    };
  return {
    by: "ftp-sender",
    to: urlOf(ftp),
    rules: ftp,
    parallel: ftp.parallel,
    giveUpAfterMs: ftp.giveUpAfterHours * hourMs,
  };
}

function urlOf({ host, port, tls, directory }: FtpSettings): string {
  const scheme = tls.mode === "none" ? "ftp" : "ftps";
  return `${scheme}://${formatAddress({ host, port })}/${directory.replace(/^\/+/, "")}`;
}
