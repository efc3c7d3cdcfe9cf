import { onDemand } from "../connection/on-demand.tsx";
import "./install.ts";
import "./ways-in.css";

/** How links get here: `?page=ways`. */
export const WaysIn = onDemand(async () => (await import("./ways-view.tsx")).WaysView);
