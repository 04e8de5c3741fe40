/** The live picture of an open day: fetched anew every few seconds, the server's own markup. */

const EVERY_MS = 5000;
const PATIENCE_MS = 8000;

async function renew(place: HTMLElement): Promise<void> {
  try {
    const response = await fetch(place.dataset.live ?? "", {
      // The picture is the same for everyone: as a guest's it is made once and kept for all.
      credentials: "omit",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (!response.ok) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.querySelector("[data-live-part]");
    const old = place.querySelector("[data-live-part]");
    // A table that is being read is left alone until something has changed.
    if (fresh !== null && old !== null && fresh.innerHTML !== old.innerHTML) {
      const scrolled = old.querySelector(".mw-table")?.scrollLeft ?? 0;
      const focused = old.contains(document.activeElement);
      old.replaceWith(fresh);
      const table = fresh.querySelector<HTMLElement>(".mw-table");
      if (table !== null) {
        table.scrollLeft = scrolled;
        if (focused) table.focus({ preventScroll: true });
      }
    }
  } catch {
    // Without a network the last picture stays; the next look may bring a newer one.
  }
}

const place = document.querySelector<HTMLElement>("[data-live]");
if (place !== null) {
  setInterval(() => {
    if (!document.hidden) void renew(place);
  }, EVERY_MS);
}

export {};
