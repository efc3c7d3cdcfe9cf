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
