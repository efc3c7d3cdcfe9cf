import { join } from "node:path";

type Place = { readonly checkout: string; readonly installation: string };

/**
 * The files beside the code that dwld reads or runs, with their places below the root of a checkout and of an installation.
 * `tools/bundle` copies each from the one to the other.
 */
export const places = {
  /** The command that a person calls. */
  command: { checkout: "bin/dwld", installation: "bin/dwld" },
  exampleConfiguration: { checkout: "deploy/dwld.yaml", installation: "share/dwld.yaml" },
  /** For yt-dlp's --plugin-dirs. */
  ytdlpPlugins: { checkout: "apps/worker/src/ytdlp/plugins", installation: "share/yt-dlp-plugins" },
  /** The same, for the run that asks a yt-dlp about itself. */
  ytdlpAskingPlugins: { checkout: "apps/worker/src/ytdlp/asking-plugins", installation: "share/yt-dlp-asking-plugins" },
  /** Programs that make and try a version of yt-dlp, and the public key of its releases. */
  ytdlpReleases: { checkout: "apps/worker/src/releases/inside", installation: "share/yt-dlp-releases" },
  forkServer: { checkout: "apps/worker/src/ytdlp/fork-server", installation: "share/fork-server" },
  /** The program sandbox.pl and the module sandbox.py alone. */
  sandbox: { checkout: "apps/worker/src/sandbox/inside", installation: "share/sandbox" },
  /** A thread, which is bundled apart, and the module that it looks for beside itself. */
  thumbnailThread: { checkout: "apps/worker/src/media/thumbnail-thread.ts", installation: "lib/thumbnail-thread.js" },
  photonModule: {
    checkout: "apps/worker/node_modules/@silvia-odwyer/photon-node/photon_rs_bg.wasm",
    installation: "lib/photon_rs_bg.wasm",
  },
  failureRules: { checkout: "apps/worker/src/failure/rules", installation: "share/failure-rules" },
  /** For browsers; what `make page` builds. */
  page: { checkout: "apps/web/dist", installation: "share/page" },
  /** Each program brings its units, so that another version is put back with its own. */
  units: { checkout: "deploy/systemd", installation: "share/systemd" },
  completions: { checkout: "apps/cli/src/client/completion", installation: "share/completions" },
} as const satisfies Record<string, Place>;

export type PlaceName = keyof typeof places;

/** The configuration and the data of the units of a machine. */
export const installed = { configuration: "/etc/dwld/dwld.yaml", data: "/var/lib/dwld" } as const;

export type Layout = Readonly<Record<PlaceName | "root", string>> & {
  readonly version: string;
  /** The configuration if nobody names another, and the data folder if there is no configuration. */
  readonly configuration: string;
  readonly data: string;
};

/** Returns the absolute path of each place. A checkout has settings and data of its own, in `data`. */
export function layoutOf(kind: keyof Place, root: string, version: string): Layout {
  const paths = Object.entries(places).map(([name, place]) => [name, join(root, place[kind])]);
  const data = join(root, "data");
  const own = kind === "installation" ? installed : { configuration: join(data, "dwld.yaml"), data };
  return { ...(Object.fromEntries(paths) as Record<PlaceName, string>), ...own, root, version };
}
