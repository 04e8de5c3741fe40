/** The quiz's list, wherever the page keeps a place for it. */

import { part } from "./page";
import type { Leader } from "./protocol";

export function drawLeaders(root: ParentNode, leaders: readonly Leader[]): void {
  for (const place of root.querySelectorAll<HTMLElement>("[data-leaders]")) {
    place.hidden = leaders.length === 0;
    part(place, "ol")?.replaceChildren(...leaders.map(line));
  }
}

function line(leader: Leader): HTMLElement {
  const item = document.createElement("li");
  for (const [name, text] of [
    ["place", `${leader.place}.`],
    ["name", leader.nickname],
    ["score", String(leader.score)],
  ] as const) {
    const span = document.createElement("span");
    span.className = `mw-leaders__${name}`;
    span.textContent = text;
    item.append(span, " ");
  }
  return item;
}
