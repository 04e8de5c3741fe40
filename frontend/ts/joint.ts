/** A joint question: fetches the towns' table again while the page is looked at. */

import { shrinkToFit } from "./live/fit";

const EVERY_MS = 3000;
const LEAST_ROWS = 3;
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
  if (screen) shrinkToFit(screen, { rows: leastFirst(place) });
}

/** The answers that may wait where there is no room, those with the fewest votes first. */
function leastFirst(place: HTMLElement): HTMLElement[] {
  return [...place.querySelectorAll<HTMLElement>("tr[data-votes]")]
    .map((row, at) => ({ row, at, votes: Number(row.dataset.votes) }))
    .sort((one, other) => one.votes - other.votes || other.at - one.at)
    .slice(0, -LEAST_ROWS)
    .map(({ row }) => row);
}

if (box) {
  const again = () => fitWall(box);
  again();
  window.addEventListener("resize", again);
  void document.fonts?.ready.then(again);
  window.setInterval(() => {
    // Without a network the last picture stays; the next turn tries again.
    if (!document.hidden) refresh(box).catch(() => undefined);
  }, EVERY_MS);
}
