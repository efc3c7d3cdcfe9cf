/** Live progress in memcached. It makes answers fresher, and everything works without it. */
export { type LiveProgress, parseProgress } from "./live-progress.ts";
export { openProgressCache, type ProgressCache } from "./progress-cache.ts";
export { createProgressReporter, type ProgressReporter } from "./progress-reporter.ts";
