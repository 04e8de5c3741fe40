/** The wall's part of the room: its questions, the cards of an open question, reactions. */

import { part } from "./page";
import type { ServerFrame, Snapshot } from "./protocol";
import { ofKind, type Said } from "./room";

const QUESTIONS = 6;
const REACTIONS_STAY_MS = 8_000;

export function drawRoom(root: HTMLElement, snapshot: Snapshot): void {
  const asked = ofKind(snapshot.room, "question")
    .filter(({ state }) => state === "shown")
    .slice(0, QUESTIONS);
  const place = part(root, "[data-wall-questions]");
  const calm = part(root, "[data-wall-calm]");
  if (place && calm) {
    place.hidden = asked.length === 0;
    calm.hidden = asked.length > 0;
    part(place, "[data-wall-list]")?.replaceChildren(...asked.map(question));
  }
  const cards = part(root, "[data-cards]");
  if (cards) {
    const shown = ofKind(snapshot.room, "answer").filter(
      ({ round, state }) => round === snapshot.focus && state === "shown",
    );
    cards.hidden = shown.length === 0;
    drawCards(cards, shown);
  }
}

function question(said: Said): HTMLElement {
  const row = document.createElement("li");
  row.toggleAttribute("data-pinned", said.pinned);
  const votes = document.createElement("span");
  votes.className = "mw-wall__votes mw-number";
  votes.textContent = String(said.votes);
  const text = document.createElement("span");
  text.textContent = said.text;
  row.append(votes, text);
  return row;
}

/** Cards stay where they are; new ones come at the end. */
function drawCards(list: HTMLElement, shown: readonly Said[]): void {
  const there = new Map(
    [...list.children].map((card) => [(card as HTMLElement).dataset.id ?? "", card]),
  );
  const wanted = new Set(shown.map(({ id }) => id));
  there.forEach((card, id) => {
    if (!wanted.has(id)) {
      card.remove();
    }
  });
  for (const { id, text } of shown) {
    const known = there.get(id);
    if (known) {
      known.textContent = text;
      continue;
    }
    const card = document.createElement("li");
    card.className = "mw-cards__card";
    card.dataset.id = id;
    card.textContent = text;
    list.append(card);
  }
}

/** Counts of the last seconds: they stand still, and go when nobody reacts any more. */
export class Reactions {
  private readonly counts = new Map<string, number>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly place: HTMLElement | null) {}

  hear(frame: ServerFrame | null): void {
    if (frame?.t !== "reactions" || !this.place) {
      return;
    }
    for (const [kind, n] of Object.entries((frame.d.counts ?? {}) as Record<string, number>)) {
      this.counts.set(kind, (this.counts.get(kind) ?? 0) + n);
    }
    this.draw();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.counts.clear();
      this.draw();
    }, REACTIONS_STAY_MS);
  }

  private draw(): void {
    const { place, counts } = this;
    if (!place) {
      return;
    }
    place.hidden = counts.size === 0;
    for (const one of place.querySelectorAll<HTMLElement>("[data-kind]")) {
      const n = counts.get(one.dataset.kind ?? "") ?? 0;
      one.hidden = n === 0;
      const number = part(one, "[data-n]");
      if (number) {
        number.textContent = String(n);
      }
    }
  }
}
