/// <reference lib="webworker" />
/** The version of the page, and the paths that it consists of; the build writes both here. */
declare const pageVersion: string;
declare const keptPaths: readonly string[];

/**
 * Opens the page while the server is away. It keeps the page alone: no answer of a method, no picture and no file is stored, and
 * requests for them do not pass here.
 */
const worker = globalThis as unknown as ServiceWorkerGlobalScope;
const prefix = "page-";
const cacheName = `${prefix}${pageVersion}`;
/** A server that is away without refusing is waited for this long. */
const patienceMs = 3000;

const documentUrl = new URL("./", worker.location.href).href;
const kept = new Set(keptPaths.map((path) => new URL(path, documentUrl).href));

worker.addEventListener("install", (event) => {
  event.waitUntil(keep());
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(takeOver());
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const { href, origin, pathname } = new URL(request.url);
  if (request.method !== "GET") return;
  if (request.mode === "navigate") {
    if (`${origin}${pathname}` === documentUrl) event.respondWith(openDocument(request));
  } else if (href !== documentUrl && kept.has(href)) event.respondWith(fromCacheFirst(request));
});

async function keep(): Promise<void> {
  const cache = await caches.open(cacheName);
  await cache.addAll(keptPaths.map((path) => new Request(path, { cache: "reload" })));
  await worker.skipWaiting();
}

async function takeOver(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => name.startsWith(prefix) && name !== cacheName).map((name) => caches.delete(name)),
  );
  await worker.clients.claim();
}

/** The server's document if it answers in time, so that a new version is seen at once; else the one that is kept. */
async function openDocument(request: Request): Promise<Response> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(resolve, patienceMs, undefined);
  const asked = fetch(request).catch(() => undefined);
  const answer = await Promise.race([asked, late]);
  clearTimeout(timer);
  // A reverse proxy answers 502 to 504 for a server that is away.
  if (answer !== undefined && answer.status < 500) return answer;
  const page = await caches.match(documentUrl, { cacheName });
  return page ?? answer ?? (await asked) ?? Response.error();
}

async function fromCacheFirst(request: Request): Promise<Response> {
  return (await caches.match(request, { cacheName })) ?? (await fetch(request));
}
