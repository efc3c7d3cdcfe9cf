import { dirname } from "node:path";
import { type Layout, layoutOf } from "./places.ts";

/** The version of the sources, which `tools/bundle` writes here. */
declare const bundledVersion: string;

/** Where the files of this dwld lie: the bundle is the folder `lib` of an installation. */
export const layout: Layout = layoutOf("installation", dirname(import.meta.dirname), bundledVersion);
