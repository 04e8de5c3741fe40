/**
 * The counters' service worker: keeps the pages under `/stand/` that were opened here, and their
 * files, so that they open without a network. The taps are the page's, in IndexedDB.
 *
 * Its address is `/stand/zaehler.js`, a short script that names the version and the files and then
 * loads this one. It runs as a classic script: no imports here.
 */

interface Stand {
  readonly version: string;
  readonly files: readonly string[];
}
const worker = self as unknown as ServiceWorkerGlobalScope & { readonly stand: Stand };

const NAME = `stand-${worker.stand.version}`;
const PATIENCE_MS = 4000;

worker.addEventListener("install", (event) => {
  event.waitUntil(install());
});
worker.addEventListener("activate", (event) => {
  event.waitUntil(activate());
});
worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (worker.stand.files.includes(url.pathname)) event.respondWith(file(request));
});

async function install(): Promise<void> {
  const cache = await caches.open(NAME);
  await cache.addAll([...worker.stand.files]);
  // The page that installs this worker came before it: fetched once more, to be kept.
  for (const client of await worker.clients.matchAll({ includeUncontrolled: true })) {
    if (!client.url.startsWith(worker.registration.scope)) continue;
    const answer = await fetch(client.url);
    if (answer.ok) await cache.put(client.url, answer);
  }
  await worker.skipWaiting();
}

async function activate(): Promise<void> {
  for (const name of await caches.keys()) {
    if (name.startsWith("stand-") && name !== NAME) await caches.delete(name);
  }
  await worker.clients.claim();
}

/** From the network, and kept; without one, or when it takes too long, what was kept. */
async function page(request: Request): Promise<Response> {
  const cache = await caches.open(NAME);
  const kept = await cache.match(request.url, { ignoreVary: true });
  try {
    const patience = kept ? AbortSignal.timeout(PATIENCE_MS) : null;
    const answer = await fetch(request, { signal: patience });
    if (answer.ok && !answer.redirected) await cache.put(request.url, answer.clone());
    return answer.status >= 500 && kept ? kept : answer;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

/** Built files carry their content in their name: what is kept is right. */
async function file(request: Request): Promise<Response> {
  const cache = await caches.open(NAME);
  return (await cache.match(request, { ignoreVary: true })) ?? fetch(request);
}

export {};
