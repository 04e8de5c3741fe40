/** The page as an app of its own: it opens without a network, and tells when there is a newer one. */

import { element } from "./screen";

/**
 * Registers the worker. A newer one waits until somebody taps on the note, or until the page is
 * closed: in the middle of an evening nothing changes by itself. What is queued lies in IndexedDB,
 * which no worker touches.
 */
export async function install(root: HTMLElement, onReady: () => void): Promise<void> {
  const { workerUrl, workerScope } = root.dataset;
  if (!("serviceWorker" in navigator) || !workerUrl || !workerScope) return;
  const workers = navigator.serviceWorker;
  const note = element(root, "[data-new-version]");
  try {
    const registration = await workers.register(workerUrl, {
      scope: workerScope,
      updateViaCache: "none",
    });
    const offer = () => {
      note.hidden = registration.waiting === null || workers.controller === null;
    };
    registration.addEventListener("updatefound", () => {
      registration.installing?.addEventListener("statechange", offer);
    });
    offer();
    element(note, "button").addEventListener("click", () => {
      workers.addEventListener("controllerchange", () => location.reload(), { once: true });
      registration.waiting?.postMessage("take over");
    });
    const { active } = await workers.ready;
    const kept = new MessageChannel();
    kept.port1.onmessage = () => onReady();
    active?.postMessage("keep me", [kept.port2]);
  } catch {
    // Not allowed here, in a private window for one: the page works as long as there is a network.
  }
}
