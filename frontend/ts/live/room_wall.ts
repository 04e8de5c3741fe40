/** The wall's part of the room: its questions, the cards of an open question, reactions. */

import { part } from "./page";
import type { Snapshot } from "./protocol";
import { ofKind, type Said } from "./room";

/** With table cards below them, fewer questions have room. */
const QUESTIONS = 6;
const QUESTIONS_WITH_CARDS = 3;
/** So many of the quiz's list stay beside them. */
const LEADERS = 3;

export class RoomOnTheWall {
  private readonly answers = new CardWall();
  private readonly cards = new CardWall();

  constructor(private readonly root: HTMLElement) {}

  draw(snapshot: Snapshot): void {
    const shown = (kind: Said["kind"]) =>
      ofKind(snapshot.room, kind).filter(({ state }) => state === "shown");
    const cards = shown("card");
    const asked = shown("question").slice(0, cards.length ? QUESTIONS_WITH_CARDS : QUESTIONS);
    const something = asked.length + cards.length > 0;
    part(this.root, "[data-wall-room]")?.toggleAttribute("hidden", !something);
    part(this.root, "[data-wall-calm]")?.toggleAttribute("hidden", something);
    const list = part(this.root, "[data-wall-list]");
    list?.replaceChildren(...asked.map(question));
    const table = part(this.root, "[data-cards=card]");
    this.cards.draw(table, cards);
    const answers = shown("answer").filter(({ round }) => round === snapshot.focus);
    this.answers.draw(part(this.root, "[data-cards=answer]"), answers);
    const screen = part(this.root, "[data-screen=between]");
    if (screen) {
      keepOnTheWall(screen, list, 1);
      if (table && asked.length > 0 && runsOver(screen)) {
        table.hidden = true;
      }
      keepOnTheWall(screen, part(screen, "[data-leaders] ol"), LEADERS);
    }
  }
}

/** Whatever is long takes the place of what is below it: what stands on the wall stands there whole. */
export function keepOnTheWall(screen: HTMLElement, list: HTMLElement | null, least: number): void {
  while (list && list.children.length > least && runsOver(screen)) {
    list.lastElementChild?.remove();
  }
}

function runsOver(screen: HTMLElement): boolean {
  return screen.getBoundingClientRect().bottom > window.innerHeight;
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

/**
 * Cards stay where they are. One that is put away leaves its place to the next; when the wall is
 * full, a new card takes the place of the oldest, which comes back as soon as a place is free.
 */
export class CardWall {
  private turn = 0;
  /** Had their time on a full wall. */
  private readonly past = new Set<string>();

  draw(list: HTMLElement | null, shown: readonly Said[]): void {
    if (!list) {
      return;
    }
    const wanted = new Map(shown.map((said) => [said.id, said]));
    const known = new Set<string>();
    for (const id of this.past) {
      if (!wanted.has(id)) {
        this.past.delete(id);
      }
    }
    for (const card of cardsOn(list)) {
      const said = wanted.get(card.dataset.id ?? "");
      if (said) {
        known.add(said.id);
        card.textContent = said.text;
      } else {
        leave(card);
      }
    }
    list.hidden = shown.length === 0;
    if (!known.size) {
      list.replaceChildren();
      this.past.clear();
    }
    for (const said of shown) {
      if (!known.has(said.id) && !this.past.has(said.id)) {
        this.put(list, said);
      }
    }
    for (const id of [...this.past].reverse()) {
      const said = wanted.get(id);
      if (said && part(list, "[data-free]")) {
        this.past.delete(id);
        this.put(list, said);
      }
    }
    while (isTooFull(list) && list.children.length > 1) {
      this.rest(oldestOn(list)).remove();
    }
  }

  private put(list: HTMLElement, { id, text }: Said): void {
    const card = document.createElement("li");
    card.className = "mw-cards__card";
    card.dataset.id = id;
    card.dataset.turn = String(++this.turn);
    card.textContent = text;
    const free = part(list, "[data-free]");
    if (free) {
      free.replaceWith(card);
      return;
    }
    list.append(card);
    const oldest = oldestOn(list);
    if (isTooFull(list) && oldest !== card) {
      this.rest(oldest).replaceWith(card);
    }
  }

  private rest(card: HTMLElement): HTMLElement {
    this.past.add(card.dataset.id ?? "");
    return card;
  }
}

function cardsOn(list: HTMLElement): HTMLElement[] {
  return [...list.querySelectorAll<HTMLElement>("[data-id]")];
}

/** The first of those that the page came with, then by their turn. */
function oldestOn(list: HTMLElement): HTMLElement {
  const turn = (card: HTMLElement) => Number(card.dataset.turn ?? 0);
  return cardsOn(list).reduce((oldest, card) => (turn(card) < turn(oldest) ? card : oldest));
}

function isTooFull(list: HTMLElement): boolean {
  return list.scrollHeight > list.clientHeight + 1;
}

/** Its words go at once, its place stays: nothing else moves. */
function leave(card: HTMLElement): void {
  card.style.minHeight = `${card.getBoundingClientRect().height}px`;
  card.replaceChildren();
  delete card.dataset.id;
  card.dataset.free = "";
}
