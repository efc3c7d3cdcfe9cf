import { resolve } from "node:path";
import packageFile from "../../../package.json" with { type: "json" };
import { type Layout, layoutOf } from "./places.ts";

/** Where the files of this dwld lie. In a bundle, installation.ts stands in the place of this file. */
export const layout: Layout = layoutOf("checkout", resolve(import.meta.dirname, "../../.."), packageFile.version);
