/**
 * The service worker of the door and of the stands' counters: keeps their pages that were opened
 * here, and their files, so that they open without a network. It keeps no answer of the API, no
 * list, queue or tap: those are the page's, in IndexedDB.
 *
 * Its address is a short script (`frontend/offline.py`) that says what to keep and then loads this
 * one. It runs as a classic script: no imports here.
 */

interface Kept {
  /** What its caches are called, before the version: no other worker's name begins like it. */
  readonly family: string;
  readonly version: string;
  readonly files: readonly string[];
  /** The paths of the pages to keep: a regular expression. */
  readonly pages: string;
  /** A newer version starts at once; else when the page says so, or is closed. */
  readonly starts_at_once: boolean;
}
const worker = self as unknown as ServiceWorkerGlobalScope & { readonly kept: Kept };

const { family, version, files } = worker.kept;
const NAME = `${family}${version}`;
const PAGE = new RegExp(worker.kept.pages);
const PATIENCE_MS = 4000;

worker.addEventListener("install", (event) => {
  event.waitUntil(install());
});
worker.addEventListener("activate", (event) => {
  event.waitUntil(activate());
});
worker.addEventListener("message", (event) => {
  if (event.data === "take over") void worker.skipWaiting();
  if (event.data === "keep me" && event.source instanceof WindowClient) {
    event.waitUntil(keep(event.source.url).then(() => event.ports[0]?.postMessage("kept")));
  }
});
worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") {
    if (PAGE.test(url.pathname) && url.search === "") event.respondWith(page(request));
  } else if (url.pathname.startsWith("/static/") || files.includes(url.pathname)) {
    event.respondWith(file(request));
  }
});

/**
 * The files, and the pages that are open or that an older version keeps. If one of them cannot be
 * had just now, the installation fails, the older version stays whole, and the browser tries again.
 */
async function install(): Promise<void> {
  const cache = await caches.open(NAME);
  await cache.addAll(files.map((url) => new Request(url, { cache: "no-cache" })));
  for (const url of await knownPages()) {
    const answer = await fetch(url, { cache: "no-store" });
    if (answer.ok && !answer.redirected) await cache.put(url, answer);
    else if (answer.status < 400 || answer.status >= 500) throw new Error(`${url} is away`);
  }
  if (worker.kept.starts_at_once) await worker.skipWaiting();
}

/** A page that was opened while this worker was being installed is in no cache yet. */
async function keep(address: string): Promise<void> {
  const cache = await caches.open(NAME);
  if (!isPage(address) || (await cache.match(address, { ignoreVary: true }))) return;
  const answer = await fetch(address, { cache: "no-store" });
  if (answer.ok && !answer.redirected) await cache.put(address, answer);
}

async function knownPages(): Promise<ReadonlySet<string>> {
  const open = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const pages = new Set(open.map((client) => client.url));
  for (const name of await ourCaches()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) pages.add(request.url);
  }
  return new Set([...pages].filter(isPage));
}

function isPage(address: string): boolean {
  const url = new URL(address);
  return address.startsWith(worker.registration.scope) && PAGE.test(url.pathname) && !url.search;
}

async function activate(): Promise<void> {
  for (const name of await ourCaches()) {
    if (name !== NAME) await caches.delete(name);
  }
  await worker.clients.claim();
}

/** Only this worker's: another town's door on the same device has one of its own. */
async function ourCaches(): Promise<string[]> {
  return (await caches.keys()).filter((name) => name.startsWith(family));
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
  const kept = await cache.match(request, { ignoreVary: true });
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}
