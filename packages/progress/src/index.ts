/** Live progress in memcached: what makes answers fresher, and is missed by nobody when it is gone. */
export { type LiveProgress, parseProgress } from "./live-progress.ts";
export { openProgressCache, type ProgressCache } from "./progress-cache.ts";
export { createProgressReporter, type ProgressReporter } from "./progress-reporter.ts";
