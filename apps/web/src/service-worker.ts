/// <reference lib="webworker" />
/** The version of the page, and the paths that it consists of; the build writes both here. */
declare const pageVersion: string;
declare const keptPaths: readonly string[];

const worker = globalThis as unknown as ServiceWorkerGlobalScope;
const cacheName = `page-${pageVersion}`;

worker.addEventListener("install", (event) => {
  event.waitUntil(caches.open(cacheName).then((cache) => cache.addAll(keptPaths)));
});
