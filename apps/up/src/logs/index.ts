export { describeLine } from "./describe-line.ts";
export { isWanted, newestTask } from "./log-filter.ts";
export { findLog } from "./log-source.ts";
