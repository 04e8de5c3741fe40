/** A joint question: fetches the towns' table again while the page is looked at. */

import { shrinkToFit } from "./live/fit";

const EVERY_MS = 3000;
const box = document.querySelector<HTMLElement>("[data-joint]");
let shown = box?.innerHTML ?? "";

async function refresh(place: HTMLElement): Promise<void> {
  const answer = await fetch(place.dataset.joint ?? "", { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const text = await answer.text();
  // Until the first town has started, there is no table, and what the page says stays.
  if (!text.trim() || text === shown) return;
  shown = text;
  // Our own template, escaped by the server.
  place.innerHTML = text;
  fitWall(place);
}

function fitWall(place: HTMLElement): void {
  const screen = place.closest<HTMLElement>("[data-screen]");
  if (screen) shrinkToFit(screen);
}

if (box) {
  fitWall(box);
  window.setInterval(() => {
    // Without a network the last picture stays; the next turn tries again.
    if (!document.hidden) refresh(box).catch(() => undefined);
  }, EVERY_MS);
}
