export { describeLine } from "./describe-line.ts";
export { inTimeOrder, LogFilter, newestTask } from "./log-filter.ts";
export { findLog } from "./log-source.ts";
